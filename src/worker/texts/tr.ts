import type { PageTexts } from './page-texts.js';

export const tr: PageTexts = {
  title: 'Yakında geri döneceğiz',
  lead: 'Şu anda bu site üzerinde çalışıyoruz. Lütfen biraz sonra tekrar deneyin.',
  expectedBack: 'Tahmini dönüş',
  overdue: 'Çalışma beklenenden uzun sürüyor. Üzerinde çalışmaya devam ediyoruz.',
  contact: 'İletişim',
  statusPage: 'Durum sayfası',
  selfCheck: 'Bu sayfayı açık bırakabilirsiniz; site geri geldiğinde sizi oraya götürür.',
  reference: 'Referans',
};
