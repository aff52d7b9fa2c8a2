import type { PageTexts } from './page-texts.js';

export const it: PageTexts = {
  title: 'Torniamo presto',
  lead: 'In questo momento stiamo lavorando sul sito. Riprova tra un po’.',
  expectedBack: 'Ritorno previsto',
  overdue: 'Ci vuole più tempo del previsto. Siamo ancora al lavoro.',
  contact: 'Contatti',
  statusPage: 'Stato del servizio',
  selfCheck: 'Puoi lasciare aperta questa pagina: ti porterà al sito appena sarà di nuovo disponibile.',
  reference: 'Riferimento',
};
