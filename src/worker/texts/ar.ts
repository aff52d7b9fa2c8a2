import type { PageTexts } from './page-texts.js';

export const ar: PageTexts = {
  title: 'سنعود قريبًا',
  lead: 'نعمل على هذا الموقع الآن. يُرجى العودة بعد قليل.',
  expectedBack: 'العودة المتوقعة',
  overdue: 'يستغرق الأمر وقتًا أطول من المتوقع، وما زلنا نعمل عليه.',
  contact: 'للتواصل',
  statusPage: 'حالة الخدمة',
  selfCheck: 'يمكنك إبقاء هذه الصفحة مفتوحة، وستنقلك إلى الموقع فور عودته.',
  reference: 'الرقم المرجعي',
};
