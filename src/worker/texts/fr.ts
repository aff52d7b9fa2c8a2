import type { PageTexts } from './page-texts.js';

export const fr: PageTexts = {
  title: 'Nous revenons bientôt',
  lead: 'Nous intervenons en ce moment sur ce site. Merci de revenir un peu plus tard.',
  expectedBack: 'Retour prévu',
  overdue: 'L’intervention dure plus longtemps que prévu. Nous y travaillons toujours.',
  contact: 'Contact',
  statusPage: 'État du service',
  selfCheck: 'Vous pouvez laisser cette page ouverte : elle vous ramènera sur le site dès son retour.',
  reference: 'Référence',
};
