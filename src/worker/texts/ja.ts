import type { PageTexts } from './page-texts.js';

export const ja: PageTexts = {
  title: 'まもなく再開します',
  lead: 'ただいまサイトのメンテナンスを行っています。しばらくしてからもう一度アクセスしてください。',
  expectedBack: '再開予定',
  overdue: '予定より時間がかかっています。引き続き作業を進めています。',
  contact: 'お問い合わせ',
  statusPage: '稼働状況',
  selfCheck: 'このページは開いたままで構いません。再開しだい、自動的にサイトが表示されます。',
  reference: '参照番号',
};
