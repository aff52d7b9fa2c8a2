import type { PageTexts } from './page-texts.js';

export const pt: PageTexts = {
  title: 'Voltamos em breve',
  lead: 'Estamos trabalhando neste site no momento. Volte um pouco mais tarde.',
  expectedBack: 'Retorno previsto',
  overdue: 'Está levando mais tempo do que o previsto. Continuamos trabalhando nisso.',
  contact: 'Contato',
  statusPage: 'Status do serviço',
  selfCheck: 'Você pode deixar esta página aberta: ela levará você ao site assim que ele voltar.',
  reference: 'Referência',
};
