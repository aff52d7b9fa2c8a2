import type { PageTexts } from './page-texts.js';

export const en: PageTexts = {
  title: 'We’ll be back soon',
  lead: 'We are working on this site right now. Please come back a little later.',
  expectedBack: 'Expected back',
  overdue: 'This is taking longer than expected. We are still working on it.',
  contact: 'Contact',
  statusPage: 'Status page',
  selfCheck: 'You can leave this page open. It will take you to the site as soon as it is back.',
  reference: 'Reference',
};
