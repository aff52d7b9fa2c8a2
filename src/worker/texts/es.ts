import type { PageTexts } from './page-texts.js';

export const es: PageTexts = {
  title: 'Volvemos pronto',
  lead: 'Estamos trabajando en este sitio en este momento. Vuelva a intentarlo un poco más tarde.',
  expectedBack: 'Regreso previsto',
  overdue: 'Está llevando más tiempo del previsto. Seguimos trabajando en ello.',
  contact: 'Contacto',
  statusPage: 'Estado del servicio',
  selfCheck: 'Puede dejar esta página abierta: le llevará al sitio en cuanto vuelva a estar disponible.',
  reference: 'Referencia',
};
