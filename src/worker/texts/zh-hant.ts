import type { PageTexts } from './page-texts.js';

export const zhHant: PageTexts = {
  title: '我們很快回來',
  lead: '網站正在維護中，請稍後再來。',
  expectedBack: '預計恢復時間',
  overdue: '所需時間比預期更長，我們仍在處理。',
  contact: '聯絡我們',
  statusPage: '服務狀態',
  selfCheck: '您可以讓此頁面保持開啟，網站恢復後會自動進入。',
  reference: '參考編號',
};
