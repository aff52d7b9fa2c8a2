import type { PageTexts } from './page-texts.js';

export const pl: PageTexts = {
  title: 'Niedługo wracamy',
  lead: 'Właśnie pracujemy nad tą stroną. Zajrzyj tu nieco później.',
  expectedBack: 'Przewidywany powrót',
  overdue: 'Trwa to dłużej, niż zakładaliśmy. Nadal nad tym pracujemy.',
  contact: 'Kontakt',
  statusPage: 'Stan usługi',
  selfCheck: 'Możesz zostawić tę kartę otwartą: strona wczyta się sama, gdy tylko znów będzie dostępna.',
  reference: 'Identyfikator',
};
