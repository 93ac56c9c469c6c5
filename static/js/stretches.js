// The window on a long thread. What is near is fetched, what is far is dropped and comes back when
// one scrolls to it; the reader's place does not move. #thread is a section of items, and so is
// each earlier protocol (.past) that was opened above it. A link [data-more] stands wherever a
// section goes on: it can be clicked, and is followed by itself when it comes near.
import { attach } from './attach.js';
import { $$, fragment, openConversation, parse } from './page.js';
import { catchUp } from './live/changes.js';

const MOST_ITEMS = 300
const KEPT_ITEMS = 240
const NEAR_PX = 800
const itemsOf = section => $$(':scope > .item', section)
const moreOf = (section, way) => $$(`:scope > [data-more=${way}]`, section)

export default function stretches(scroll, list) {
  const near = new IntersectionObserver(
    entries => entries.forEach(entry => entry.isIntersecting && load(entry.target)),
    { root: scroll, rootMargin: `${NEAR_PX}px 0px` },
  )
  const watch = () => $$('[data-more]', list).forEach(link => near.observe(link))

  async function load(link) {
    if (!link.isConnected || link.getAttribute('aria-busy') === 'true') return
    link.setAttribute('aria-busy', 'true')
    try {
      const html = await fragment(link.dataset.stretch)
      if (html && link.isConnected) put(link, parse(html))
    } catch { link.removeAttribute('aria-busy') /* a click, or coming back, tries again */ }
  }

  function put(link, html) {
    const { more } = link.dataset
    const section = link.parentElement
    const stretch = html.querySelector('[data-version]') ?? html
    for (const known of [...stretch.children]) if (known.id && document.getElementById(known.id)) known.remove()
    if (section !== list) $$('.pasts', stretch).forEach(pasts => pasts.remove())
    const nodes = [...stretch.children]
    keepingPlace(link, more !== 'after', () => {
      link.replaceWith(...nodes)
      if (more !== 'past') trim(more === 'before' ? 'after' : 'before')
    })
    nodes.forEach(node => attach(node))
    if (section === list) notOlder(stretch)
    watch()
  }

  // What was read before the page's version may lack what a push has told since: ask for it again.
  function notOlder(stretch) {
    const conversation = openConversation()
    const version = Number(stretch.dataset?.version ?? Infinity)
    if (!conversation || version >= Number(conversation.dataset.version)) return
    conversation.dataset.version = version
    catchUp()
  }

  // Holds still the first line wholly in sight that is not on the far side of the link: one that is
  // cut off above may lose its author's name to what comes before it.
  function keepingPlace(link, isAbove, change) {
    const { top } = scroll.getBoundingClientRect()
    const side = isAbove ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING
    const lines = $$('.item:not([hidden]), .past-head', list).filter(line => link.compareDocumentPosition(line) & side)
    const held = lines.find(line => line.getBoundingClientRect().top > top)
      ?? lines.findLast(line => line.getBoundingClientRect().bottom > top)
    const before = held?.getBoundingClientRect().top
    change()
    if (held?.isConnected) scroll.scrollTop += held.getBoundingClientRect().top - before
  }

  // Drops the items that are farthest, on one side ('before' is above), when there are too many.
  function trim(way) {
    const items = $$('.past > .item, #thread > .item', list)
    if (items.length <= MOST_ITEMS) return
    const count = items.length - KEPT_ITEMS
    const far = way === 'before' ? items.slice(0, count) : items.slice(-count)
    const sections = new Set(far.map(item => item.parentElement))
    far.forEach(item => item.remove())
    sections.forEach(section => goesOn(section, way))
    watch()
  }

  // Puts the link to what a section has lost on one side. One that has lost all keeps one link.
  function goesOn(section, way) {
    const kept = itemsOf(section)
    for (const link of kept.length ? moreOf(section, way) : $$(':scope > [data-more]', section)) link.remove()
    const edge = way === 'before' ? kept[0] : kept.at(-1)
    const link = linkTo(section, way, edge ? { [way]: edge.id } : way === 'after' ? { first: 1 } : {})
    if (way === 'after') section.append(link)
    else if (edge) edge.before(link)
    else section.firstElementChild ? section.firstElementChild.after(link) : section.append(link)
  }

  function linkTo(section, way, what) {
    const address = addressOf(section, what)
    const link = Object.assign(document.createElement('a'), { className: 'earlier', href: address, textContent: list.dataset[way] })
    Object.assign(link.dataset, { more: way, stretch: address })
    return link
  }

  // Opens an earlier protocol at its beginning, or at its end for whoever comes from below.
  function open(past, isFromBelow) {
    past.firstElementChild.setAttribute('aria-expanded', 'true')
    const link = isFromBelow ? linkTo(past, 'before', {}) : linkTo(past, 'after', { first: 1 })
    past.append(link)
    load(link)
  }

  function close(past) {
    past.firstElementChild.setAttribute('aria-expanded', 'false')
    past.replaceChildren(past.firstElementChild)
  }

  // Replaces all by the stretch around an item, or by the newest. False: there is no such item.
  async function show(id = '') {
    const html = await fragment(addressOf(list, id ? { at: id } : {}))
    const stretch = html && parse(html).querySelector('[data-version]')
    if (!stretch || !list.isConnected || (id && !stretch.querySelector(`[id="${id}"]`))) return false
    list.replaceChildren(...stretch.children)
    attach(list)
    notOlder(stretch)
    watch()
    return true
  }

  watch()
  return { load, open, close, show, trim, isCut: () => moreOf(list, 'after').length > 0 }
}

function addressOf(section, what) {
  const address = new URL(section.dataset.stretch, location.href)
  for (const [name, value] of Object.entries(what)) address.searchParams.set(name, value)
  return address.pathname + address.search
}
