// Attaches behaviours to the elements that ask for them: data-behaviour="name other".
// Each is a function of its element in a file of its own, and survives swaps: whatever comes into
// the page later is attached then (htmx:load, and `attach` for what we put in ourselves).
import activity from './behaviours/activity.js';
import answers from './behaviours/answers.js';
import bell from './behaviours/bell.js';
import canned from './behaviours/canned.js';
import channelNotices from './behaviours/channel-notices.js';
import chosen from './behaviours/chosen.js';
import collision from './behaviours/collision.js';
import command from './behaviours/command.js';
import composer from './behaviours/composer.js';
import conversation from './behaviours/conversation.js';
import details from './behaviours/details.js';
import dialog from './behaviours/dialog.js';
import drop from './behaviours/drop.js';
import draft from './behaviours/draft.js';
import emojis from './behaviours/emojis.js';
import files from './behaviours/files.js';
import filter from './behaviours/filter.js';
import filters from './behaviours/filters.js';
import formatting from './behaviours/formatting.js';
import gateway from './behaviours/gateway.js';
import inlineEdit from './behaviours/inline-edit.js';
import list from './behaviours/list.js';
import live from './behaviours/live.js';
import mentions from './behaviours/mentions.js';
import navigation from './behaviours/navigation.js';
import notices from './behaviours/notices.js';
import panel from './behaviours/panel.js';
import password from './behaviours/password.js';
import picture from './behaviours/picture.js';
import player from './behaviours/player.js';
import schedule from './behaviours/schedule.js';
import push from './behaviours/push.js';
import selectAll from './behaviours/select-all.js';
import selection from './behaviours/selection.js';
import shortcuts from './behaviours/shortcuts.js';
import templateValues from './behaviours/template-values.js';
import theme from './behaviours/theme.js';
import thread from './behaviours/thread.js';
import toast from './behaviours/toast.js';
import unfilled from './behaviours/unfilled.js';
import trySound from './behaviours/try-sound.js';
import viewers from './behaviours/viewers.js';
import voice from './behaviours/voice.js';
import names from './behaviours/names.js';
import room from './behaviours/room.js';
import roomBadge from './behaviours/room-badge.js';
import roomComposer from './behaviours/room-composer.js';
import roomScroll from './behaviours/room-scroll.js';
import rooms from './behaviours/rooms.js';
import waiting from './behaviours/waiting.js';
import { attach, registered } from './attach.js';

Object.assign(registered, {
  chosen, 'inline-edit': inlineEdit, panel,
  command, mentions,
  names, room, 'room-badge': roomBadge, 'room-composer': roomComposer, 'room-scroll': roomScroll, rooms,
  activity, 'select-all': selectAll, 'channel-notices': channelNotices, answers, canned, collision, composer, conversation, details, dialog, drop, emojis, files, filter, gateway, list, live, navigation,
  notices, password, push, 'try-sound': trySound, bell, picture, player, shortcuts, 'template-values': templateValues, theme, thread, toast, viewers, voice,
  draft, filters, formatting, selection, schedule, unfilled, waiting,
})

attach(document.documentElement)
document.addEventListener('htmx:load', event => attach(event.target))
