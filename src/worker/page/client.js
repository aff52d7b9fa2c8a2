// The page's only script; the Worker allows it by its hash. It writes the expected end in the visitor's own time,
// and looks now and then whether the site is back: less and less often, never while the page is hidden, and at
// random moments, so that many waiting visitors neither eat up the Worker's quota nor come back all at once.
(() => {
  const MINUTE = 60_000;
  const find = (name) => document.querySelector(`[data-${name}]`);
  const time = document.querySelector('time');

  const tellTime = () => {
    const until = new Date(time.dateTime);
    const locale = time.dataset.locale;
    const isToday = until.toDateString() === new Date().toDateString();
    const day = isToday ? {} : { weekday: 'long', day: 'numeric', month: 'long' };
    const clock = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' };
    time.textContent = new Intl.DateTimeFormat(locale, { ...day, ...clock }).format(until);

    const minutes = Math.ceil((until - Date.now()) / MINUTE);
    const [count, unit] =
      minutes <= 90 ? [minutes, 'minute'] : minutes < 2880 ? [minutes / 60, 'hour'] : [minutes / 1440, 'day'];
    find('relative').textContent = new Intl.RelativeTimeFormat(locale).format(Math.round(count), unit);
    find('relative').hidden = minutes <= 0;
    find('overdue').hidden = minutes > 0;
  };

  let lastLook = Date.now();
  const look = async () => {
    if (document.hidden) return;
    lastLook = Date.now();
    try {
      const answer = await fetch(location.href, { method: 'HEAD', cache: 'no-store', redirect: 'manual' });
      const isPage = answer.headers.has('x-maint-event');
      if (answer.type === 'opaqueredirect' || (answer.status < 500 && !isPage)) location.reload();
    } catch {
      // No network at the moment: the next look may find it.
    }
  };

  const lookAgainAfter = (pause) => {
    const jittered = pause * (0.75 + Math.random() / 2);
    setTimeout(async () => {
      await look();
      lookAgainAfter(Math.min(pause * 1.3, 5 * MINUTE));
    }, jittered);
  };

  if (time) {
    tellTime();
    setInterval(tellTime, MINUTE / 3);
  }
  document.addEventListener('visibilitychange', () => {
    if (Date.now() - lastLook > MINUTE) look();
  });
  find('check').hidden = false;
  lookAgainAfter(MINUTE);
})();
