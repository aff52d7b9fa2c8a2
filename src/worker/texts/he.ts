import type { PageTexts } from './page-texts.js';

export const he: PageTexts = {
  title: 'נחזור בקרוב',
  lead: 'אנחנו עובדים על האתר ברגע זה. כדאי לחזור בעוד זמן קצר.',
  expectedBack: 'חזרה משוערת',
  overdue: 'זה לוקח יותר זמן מהצפוי. אנחנו ממשיכים לעבוד על כך.',
  contact: 'יצירת קשר',
  statusPage: 'מצב השירות',
  selfCheck: 'אפשר להשאיר את הדף הזה פתוח: הוא יעביר אתכם לאתר ברגע שיחזור לפעול.',
  reference: 'מספר אסמכתה',
};
