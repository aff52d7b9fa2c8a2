import type { PageTexts } from './page-texts.js';

export const zhHans: PageTexts = {
  title: '我们很快回来',
  lead: '网站正在维护中，请稍后再来。',
  expectedBack: '预计恢复时间',
  overdue: '所需时间比预期更长，我们仍在处理。',
  contact: '联系我们',
  statusPage: '服务状态',
  selfCheck: '您可以让此页面保持打开，网站恢复后会自动进入。',
  reference: '参考编号',
};
