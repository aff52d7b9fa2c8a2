import type { PageTexts } from './page-texts.js';

export const de: PageTexts = {
  title: 'Wir sind bald zurück',
  lead: 'Wir arbeiten gerade an dieser Website. Bitte schauen Sie etwas später wieder vorbei.',
  expectedBack: 'Voraussichtlich zurück',
  overdue: 'Es dauert länger als erwartet. Wir arbeiten weiter daran.',
  contact: 'Kontakt',
  statusPage: 'Statusseite',
  selfCheck: 'Sie können diese Seite geöffnet lassen. Sie führt Sie zur Website, sobald diese wieder da ist.',
  reference: 'Referenz',
};
