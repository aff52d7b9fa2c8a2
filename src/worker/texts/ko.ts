import type { PageTexts } from './page-texts.js';

export const ko: PageTexts = {
  title: '곧 돌아오겠습니다',
  lead: '지금 사이트를 점검하고 있습니다. 잠시 후 다시 방문해 주세요.',
  expectedBack: '재개 예정',
  overdue: '예상보다 시간이 더 걸리고 있습니다. 작업을 계속하고 있습니다.',
  contact: '문의',
  statusPage: '서비스 상태',
  selfCheck: '이 페이지를 열어 두셔도 됩니다. 사이트가 다시 열리면 자동으로 이동합니다.',
  reference: '참조 번호',
};
