import type { PageTexts } from './page-texts.js';

export const nl: PageTexts = {
  title: 'We zijn snel weer terug',
  lead: 'We werken op dit moment aan deze site. Probeer het straks nog eens.',
  expectedBack: 'Naar verwachting terug',
  overdue: 'Het duurt langer dan verwacht. We zijn er nog mee bezig.',
  contact: 'Contact',
  statusPage: 'Statuspagina',
  selfCheck: 'Je kunt deze pagina open laten staan: zodra de site terug is, kom je er vanzelf.',
  reference: 'Referentie',
};
