import type { PageTexts } from './page-texts.js';

export const hi: PageTexts = {
  title: 'हम जल्द ही लौटेंगे',
  lead: 'हम अभी इस साइट पर काम कर रहे हैं। कृपया थोड़ी देर बाद फिर आएँ।',
  expectedBack: 'वापसी का अनुमानित समय',
  overdue: 'इसमें अनुमान से ज़्यादा समय लग रहा है। हम अब भी इस पर काम कर रहे हैं।',
  contact: 'संपर्क',
  statusPage: 'सेवा की स्थिति',
  selfCheck: 'आप यह पेज खुला छोड़ सकते हैं। साइट के लौटते ही यह आपको वहाँ पहुँचा देगा।',
  reference: 'संदर्भ संख्या',
};
