// Waits until the page has nothing better to do.

/** At the latest after `timeoutMs`, on a page that is never at rest. */
export function whenIdle(timeoutMs = 1500): Promise<unknown> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(resolve, { timeout: timeoutMs });
    else setTimeout(resolve, 200);
  });
}
