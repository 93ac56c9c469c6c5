// Moving about the inbox without loading the page again. Every place has an address, so reloading,
// sharing and the phone's back button work; without this file the links simply load.
import { attach } from '../attach.js';
import { $, fragment, openConversation, parse } from '../page.js';

const SEARCH_PAUSE_MS = 250
// What an address says of the conversation and not of the list.
const OF_CONVERSATION = new Set(['at', 'peek'])
const isNarrow = () => matchMedia('(max-width: 760px)').matches

export default function navigation(inbox) {
  let latest = 0

  // A newer wish wins over an older answer.
  async function show(address, { push = true, isBack = false } = {}) {
    const wish = ++latest
    if (push) history.pushState({}, '', address)
    const { pathname, search } = new URL(address, location.href)
    if (isBack) askList(new URLSearchParams(search))
    if (pathname === inbox.dataset.inbox) return setPane('list')
    const id = pathname.split('/')[2]
    const isPeek = new URLSearchParams(search).has('peek')
    if (openConversation()?.dataset.conversation === id && 'peek' in openConversation().dataset === isPeek) {
      const at = new URLSearchParams(search).get('at')
      if (at) openConversation().dispatchEvent(new CustomEvent('ramal:at', { detail: `m-${at}` }))
      return setPane(paneOf(pathname))
    }
    try {
      const html = await fragment(pathname + search)
      if (html && wish === latest) put(html, paneOf(pathname))
    } catch (error) {
      if (wish === latest) location.assign(address)
    }
  }

  function put(html, pane) {
    const fresh = parse(html).firstElementChild
    document.getElementById('conversation').replaceWith(fresh)
    window.htmx.process(fresh)
    setPane(pane)
    attach(fresh)
    document.title = document.title.replace(/^(\(\d+\) )?.*( · .*)$/, (_, count, site) => `${count ?? ''}${fresh.dataset.title}${site}`)
    document.dispatchEvent(new CustomEvent('ramal:opened'))
  }

  // At which message this conversation was opened says nothing about the next one.
  function withoutPlace(search) {
    const kept = new URLSearchParams(search)
    kept.delete('at')
    return kept.toString()
  }

  const setPane = pane => (inbox.dataset.pane = pane)
  const paneOf = path => (path.endsWith('/details/') ? 'details' : 'thread')

  function askList(params) {
    const said = new URLSearchParams([...params].filter(([name, value]) => value && !OF_CONVERSATION.has(name)))
    $('[data-behaviour~=list]', inbox).dispatchEvent(new CustomEvent('ramal:list', { detail: said.toString() }))
  }

  function here(params) {
    const path = openConversation() && !(isNarrow() && inbox.dataset.pane === 'list') ? location.pathname : inbox.dataset.inbox
    if (path !== inbox.dataset.inbox && 'peek' in openConversation().dataset) params.set('peek', '1')
    return `${path}?${params}`
  }

  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    const link = event.target.closest('a[data-open], a[data-peeks], a[data-list], a[data-pane-to]')
    if (!link) return
    event.preventDefault()
    const address = new URL(link.href)
    if (!('list' in link.dataset)) {
      if (!address.search) address.search = withoutPlace(location.search)
      show(address.href)
    } else {
      link.closest('dialog')?.close()
      askList(address.searchParams)
      history.pushState({}, '', here(address.searchParams))
    }
  })

  let typing = 0
  let tabBefore = ''
  inbox.addEventListener('input', event => {
    const form = event.target.closest('[data-search]')
    if (!form) return
    clearTimeout(typing)
    typing = setTimeout(() => {
      // The address knows tab and queue at once; the form only when the list has been answered.
      const params = new URLSearchParams(location.search)
      const words = form.elements.search.value.trim()
      // A search begins among all, closed ones too; without words one is back where one was.
      if (words && !params.get('search')) {
        tabBefore = params.get('tab') ?? ''
        params.set('tab', 'all')
      } else if (!words && tabBefore) params.set('tab', tabBefore)
      if (words) params.set('search', words)
      else params.delete('search')
      params.delete('at')
      askList(params)
      history.replaceState({}, '', here(params))
    }, SEARCH_PAUSE_MS)
  })
  inbox.addEventListener('submit', event => event.target.matches('[data-search]') && event.preventDefault())
  addEventListener('popstate', () => show(location.href, { push: false, isBack: true }))
  // It went out of this person's sight: back to the list, without a step in the history.
  document.addEventListener('ramal:revoked', () => {
    history.replaceState({}, '', `${inbox.dataset.inbox}${location.search}`)
    const none = document.createElement('div')
    Object.assign(none, { id: 'conversation', className: 'conversation' })
    document.getElementById('conversation').replaceWith(none)
    setPane('list')
    document.dispatchEvent(new CustomEvent('ramal:opened'))
    document.dispatchEvent(new CustomEvent('ramal:shown'))
  })
}
