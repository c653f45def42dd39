import type { Page } from 'playwright-core'

/** An element that loads or runs something, a link that leads elsewhere, a style: the page has none of these. */
const strange =
  'img, iframe, object, embed, base, body script, [onerror], a:not([href^="#"], [href="docs"]), form[action], body [style]'

/** The elements of a page that only a text can have made. */
export const strangersIn = (page: Page): Promise<unknown> =>
  page.evaluate(`[...document.querySelectorAll('${strange}')].map(({ outerHTML }) => outerHTML)`)

/**
 * The elements of a page that cannot be read whole: they reach out of the window, or their content reaches out of them.
 * An input may hold more than it shows, and what is beyond the left edge is there for screen readers only.
 */
export const clippedIn = (page: Page): Promise<unknown> =>
  page.evaluate(`[...document.querySelectorAll('body *')].filter((one) => {
    const { left, right, top } = one.getBoundingClientRect()
    const { overflowX, overflowY, position } = getComputedStyle(one)
    if (one.matches('input, textarea, svg *') || right <= 0) return false
    const isOutside = left < -1 || right > document.documentElement.clientWidth + 1 || (position === 'fixed' && top < -1)
    const isCut =
      (overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1) ||
      (['hidden', 'clip'].includes(overflowY) && one.scrollHeight > one.clientHeight + 1)
    return isOutside || (isCut && !one.matches('svg'))
  }).map(({ outerHTML }) => outerHTML.slice(0, 200))`)

/** The texts and labels of a page that a screen reader would read as Japanese. */
export const japaneseIn = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const found = []
    const isJapanese = (element) => element.closest('[lang]').lang === 'ja'
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const { parentElement, data } = texts.currentNode
      if (isJapanese(parentElement) && !parentElement.matches('code')) found.push(data)
    }
    for (const label of ['aria-label', 'placeholder'])
      for (const one of document.querySelectorAll('[' + label + ']'))
        if (isJapanese(one)) found.push(one.getAttribute(label))
    return found
  })()`)
