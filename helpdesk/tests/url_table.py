"""Who is answered how at every address: read by people, walked by test_url_walk.py.

A line of PAGES:   address [<thing> ...]   METHODS   anonymous viewer agent supervisor admin

<thing> names what the address is about (url_objects.py). The answers are those for a thing of the
person's own queues. For every such address these also hold, and are walked:
  - A foreign thing and a missing one answer alike, word for word: 404 to whoever got further than
    `login` or `403` with their own. For administrators nothing is foreign, only missing.
  - The agent of another queue is answered as the agent is; every <thing> is foreign to him.

An answer is a status; `302|200` is 302 on a page and 200 with HTMX. Words stand for
  login    302 to the one login
  reads    403 for what one may read and not change (and 404 for the rest)
  -        405

METHODS: what is declared; `POST+` is POST and PUT, which Django's forms take alike, `ANY` all five
(GET, POST, PUT, PATCH, DELETE). Methods without a line answer 405, but `login` and `403` come
first, for they are asked first.
GET and POST are walked plain and with HTMX. POST is sent empty: it is the right, and not the form,
that is asked about, so 422, 409 and the way back (302) all mean "may, but has said nothing".
"""

PAGES = """
# --- Everybody                                        anon  viewer agent superv. admin
home                                           ANY     302   302   302   302   302
favicon                                        ANY     302   302   302   302   302
service_worker                                 GET     200   200   200   200   200
health                                         GET     200   200   200   200   200
health_ready                                   GET     200   200   200   200   200
health_info                                    GET     login 200   200   200   200
whatsapp_webhook                               GET     403   403   403   403   403
whatsapp_webhook                               POST    403   403   403   403   403
gateway_webhook                                POST    404   404   404   404   404

# --- The one login, and the ways to it
account_login                                  GET     200   302   302   302   302
account_login                                  POST+   200   302   302   302   302
account_login                           PATCH,DELETE   405   302   302   302   302
account_logout                                 GET     login 200   200   200   200
account_logout                                 POST    login login login login login
account_logout                    PUT,PATCH,DELETE     405   405   405   405   405
account_reset_password                         GET     200   200   200   200   200
account_reset_password                         POST+   200   200   200   200   200
account_reset_password_done                    GET     200   200   200   200   200
account_reset_password_from_key                ANY     200   200   200   200   200
account_reset_password_from_key_done           GET     200   200   200   200   200
accounts:open_reset                            GET     404   404   404   404   404
accounts:open_invitation                       GET     302   302   302   302   302
accounts:accept_invitation                     GET     404   404   404   404   404
accounts:accept_invitation                     POST    404   404   404   404   404
mfa_authenticate                               ANY     login 302   302   302   302

# --- Oneself
account_change_password                        GET     login 200   200   200   200
account_change_password                        POST+   login 200   200   200   200
account_reauthenticate                         GET     login 200   200   200   200
account_reauthenticate                         POST+   login 200   200   200   200
mfa_index                                      ANY     login 302   302   302   302
# Nobody of the cast has a second factor, nor confirmed the password a moment ago (302).
mfa_reauthenticate                             ANY     login 302   302   302   302
mfa_activate_totp                              ANY     login 302   302   302   302
mfa_deactivate_totp                            ANY     login 404   404   404   404
mfa_view_recovery_codes                        GET     login 404   404   404   404
mfa_generate_recovery_codes                    ANY     login 302   302   302   302
mfa_download_recovery_codes                    ANY     login 404   404   404   404
accounts:availability                          POST    login 422   422   422   422
accounts:activity                              POST    login 204   204   204   204
accounts:profile                               GET     login 200   200   200   200
accounts:profile_name                          POST    login 422   422   422   422
accounts:profile_picture                       POST    login 422   422   422   422
accounts:profile_appearance                    POST    login 422   422   422   422
accounts:profile_theme                         POST    login 422   422   422   422
accounts:profile_preferences                   POST    login 422   422   422   422
accounts:first_steps                           GET     login 403   403   403   200
accounts:hide_first_steps                      POST    login 403   403   403   302
accounts:profile_hearing                       POST    login 422   422   422   422
accounts:end_own_session <session>             POST    login 404   404   404   404
accounts:end_own_sessions                      POST    login 302   302   302   302
accounts:avatar <person>                       GET     login 200   200   200   200

# --- The others: administrators let people in and out; supervisors see who works with them
accounts:users                                 GET     login 403   403   200   200
accounts:invite                                GET     login 403   403   403   200
accounts:invite                                POST    login 403   403   403   200
accounts:send_invitation_again <invitation>    POST    login 403   403   403   200
accounts:revoke_invitation <invitation>        POST    login 403   403   403   302
accounts:user <person>                         GET     login 403   403   403   200
accounts:user <person>                         POST    login 403   403   403   200
accounts:user_sessions <person>                GET     login 403   403   403   200
accounts:end_session <person> <session>        POST    login 403   403   403   302
accounts:user_act <person>                     POST    login 403   403   403   404
accounts:audit                                 GET     login 403   403   403   200
accounts:audit_export                          GET     login 403   403   403   200

# --- Conversations: viewers read, agents and supervisors work in their queues
conversations:inbox                            GET     login 200   200   200   200
conversations:bulk                             POST    login reads 302|409 302|409 302|409
conversations:list_filters                     GET     login 200   200   200   200
conversations:saved_views                      GET     login 200   200   200   200
conversations:new_view                         GET     login 200   200   200   200
conversations:new_view                         POST    login 302|409 302|409 302|409 302|409
# A view that Célia shares: she and administrators change it, whoever else reads it does not.
conversations:saved_view <view>                GET     login reads reads 200   200
conversations:saved_view <view>                POST    login reads reads 302|409 302|409
conversations:delete_view <view>               POST    login reads reads 302|200 302|200
conversations:move_view <view>                 POST    login reads reads 302|200 302|200
conversations:conversation <conversation>      GET     login 200   200   200   200
conversations:details <conversation>           GET     login 200   200   200   200
conversations:changes <conversation>           GET     login 400   400   400   400
conversations:earlier <conversation>           GET     login 200   200   200   200
conversations:past <conversation>              GET     login 200   200   200   200
conversations:canned_responses <conversation>  GET     login 200   200   200   200
conversations:attachment <attachment>          GET     login 200   200   200   200
conversations:thumbnail <attachment>           GET     login 200   200   200   200
conversations:take <conversation>              POST    login reads 302|200 302|200 302|200
conversations:transfer <conversation>          GET     login reads 200   200   200
conversations:transfer <conversation>          POST    login reads 302|409 302|409 302|409
conversations:return <conversation>            GET     login reads 200   200   200
conversations:return <conversation>            POST    login reads 302|409 302|409 302|409
conversations:close <conversation>             GET     login reads 200   200   200
conversations:close <conversation>             POST    login reads 302|200 302|200 302|200
conversations:snooze <conversation>            GET     login reads 200   200   200
conversations:snooze <conversation>            POST    login reads 302|409 302|409 302|409
conversations:unsnooze <conversation>          POST    login reads 302|200 302|200 302|200
conversations:priority <conversation>          GET     login reads 200   200   200
conversations:priority <conversation>          POST    login reads 302|409 302|409 302|409
conversations:conversation_tags <conversation> GET     login reads 200   200   200
conversations:conversation_tags <conversation> POST    login reads 302|200 302|200 302|200
conversations:return_to_bot <conversation>     POST    login reads 302|200 302|200 302|200
conversations:reopen <conversation>            POST    login reads 302|409 302|409 302|409
conversations:colleagues <conversation>        GET     login 200   200   200   200
# What one did oneself a moment ago, and nobody else's: those of the pair are nobody's.
conversations:undo <conversations.conversationevent> POST login 404 404 404 404
conversations:commands                         GET     login 200   200   200   200
conversations:tags                             GET     login 403   403   200   200
conversations:new_tag                          GET     login 403   403   200   200
conversations:new_tag                          POST    login 403   403   200   200
conversations:edit_tag <conversations.tag>     GET     login 403   403   200   200
conversations:edit_tag <conversations.tag>     POST    login 403   403   200   200
conversations:merge_tag <conversations.tag>    POST    login 403   403   302   302
conversations:delete_tag <conversations.tag>   POST    login 403   403   302   302
conversations:read <conversation>              POST    login reads 302|200 302|200 302|200
conversations:send <conversation>              POST    login reads 302|409 302|409 302|409
conversations:note <conversation>              POST    login reads 302|409 302|409 302|409
conversations:retry <conversation>             POST    login reads 302|409 302|409 302|409
conversations:add_customer <conversation>      POST    login reads 302|409 302|409 302|409
conversations:send_files <conversation>        POST    login reads 302|409 302|409 302|409
conversations:fetch_again <conversation>       POST    login reads 302|409 302|409 302|409
conversations:location <conversation>          GET     login reads 200   200   200
conversations:location <conversation>          POST    login reads 302|409 302|409 302|409
conversations:contact <conversation>           GET     login reads 200   200   200
conversations:contact <conversation>           POST    login reads 302|409 302|409 302|409
conversations:interactive <conversation>       GET     login reads 200   200   200
conversations:interactive <conversation>       POST    login reads 302|409 302|409 302|409
conversations:interactive_preview <conversation> POST  login reads 200   200   200
conversations:emoji <conversation>             GET     login reads 200   200   200
conversations:react <conversation>             GET     login reads 404   404   404
conversations:react <conversation>             POST    login reads 302|409 302|409 302|409
conversations:templates <conversation>         GET     login reads 200   200   200
conversations:templates <conversation>         POST    login reads 302|409 302|409 302|409

# --- The composer: drafts, sending later, canned responses (a foreign queue's are foreign)
conversations:draft <conversation>             GET     login reads 200   200   200
conversations:draft <conversation>             POST    login reads 422   422   422
conversations:text_preview <conversation>      POST    login reads 200   200   200
conversations:schedule <conversation>          GET     login reads 200   200   200
conversations:schedule <conversation>          POST    login reads 302|409 302|409 302|409
conversations:put_off <conversation>           GET     login reads 404   404   404
conversations:put_off <conversation>           POST    login reads 302|409 302|409 302|409
conversations:send_scheduled <conversation>    POST    login reads 302|409 302|409 302|409
conversations:withdraw <conversation>          POST    login reads 302|409 302|409 302|409
conversations:scheduled                        GET     login 200   200   200   200
conversations:canned                           GET     login 200   200   200   200
conversations:new_canned                       GET     login 403   200   200   200
conversations:new_canned                       POST    login 403   422   422   422
conversations:preview_canned                   POST    login 403   200   200   200
conversations:edit_canned <canned>             GET     login reads reads 200   200
conversations:edit_canned <canned>             POST    login reads reads 422   422
conversations:delete_canned <canned>           POST    login reads reads 302   302
conversations:duplicate_canned <canned>        POST    login reads 302   302   302
conversations:canned_file <canned file>        GET     login 200   200   200   200

# --- The team's chat: rooms of queues belong to them, open ones to whoever joins; viewers only read
conversations:team                             GET     login 200   200   200   200
conversations:team_unread                      GET     login 200   200   200   200
conversations:new_room                         GET     login 403   200   200   200
conversations:new_room                         POST    login 403   302|409 302|409 302|409
conversations:direct                           POST    login 403   302|409 302|409 302|409
conversations:room <room>                      GET     login 200   200   200   200
conversations:room_earlier <room>              GET     login 200   200   200   200
conversations:room_changes <room>              GET     login 400   400   400   400
conversations:room_names <room>                GET     login 200   200   200   200
conversations:room_card <room> <line>          GET     login 200   200   200   200
conversations:room_write <room>                POST    login reads 302|409 302|409 302|409
conversations:room_delete <room>               POST    login reads 302|409 302|409 302|409
conversations:room_read <room>                 POST    login 302|409 302|409 302|409 302|409
conversations:room_mute <room>                 POST    login 302   302   302   302
conversations:room_join <open room>            POST    login 403   302   302   302
conversations:room_leave <room>                POST    login reads 302|409 302|409 302|409
conversations:share <conversation>             GET     login reads 200   200   200
conversations:share <conversation>             POST    login reads 302|409 302|409 302|409

# --- What one is told: everybody's own
conversations:notifications                    GET     login 200   200   200   200
conversations:read_notifications               POST    login 400   400   400   400
conversations:read_all_notifications           POST    login 400   400   400   400
conversations:notification <notification>      GET     login 404   404   404   404
conversations:read_notification <notification> POST    login 404   404   404   404
conversations:subscribe_browser                POST    login 422   422   422   422
conversations:unsubscribe_browser              POST    login 204   204   204   204

# --- Customers: seen through a conversation that one sees; viewers read
conversations:customers                        GET     login 200   200   200   200
conversations:new_customer                     GET     login 403   200   200   200
conversations:new_customer                     POST    login 403   200   200   200
conversations:tag_customers                    POST    login 403   302   302   302
conversations:customer <customer>              GET     login 200   200   200   200
conversations:customer_timeline <customer>     GET     login 200   200   200   200
conversations:customer_files <customer>        GET     login 200   200   200   200
conversations:panel <conversation>             GET     login 200   200   200   200
conversations:customer_field <customer> <field> GET    login 302|200 302|200 302|200 302|200
conversations:customer_field <customer> <field> POST   login reads 422   422   422
conversations:reveal_document <customer>       POST    login reads 200   200   200
conversations:customer_notes <customer>        GET     login reads 200   200   200
conversations:customer_notes <customer>        POST    login reads 302|422 302|422 302|422
conversations:customer_note <customer note>    GET     login reads 200   reads reads
conversations:customer_note <customer note>    POST    login reads 200|422 reads reads
conversations:customer_consents <customer>     GET     login reads 200   200   200
conversations:customer_consents <customer>     POST    login reads 302|422 302|422 302|422
conversations:block_customer <customer>        GET     login reads 200   200   200
conversations:block_customer <customer>        POST    login reads 302   302   302
conversations:join_customer <customer>         GET     login reads 200   200   200
conversations:join_customer <customer>         POST    login reads 302   302   302
conversations:write_to_customer <customer>     GET     login reads 200   200   200
conversations:write_to_customer <customer>     POST    login reads 302   302   302
conversations:undo_join <conversations.customermerge> POST login reads 302 302 302

# --- Numbers: supervisors look at those that lead to their queues, administrators connect them
conversations:channels                         GET     login 403   403   200   200
conversations:new_channel                      GET     login 403   403   403   200
conversations:new_channel                      POST    login 403   403   403   200
conversations:notices                          GET     login 403   403   200   200
conversations:dismiss_notice <notice>          POST    login 403   403   302   302
conversations:reset_breaker                    POST    login 403   403   403   302
conversations:channel <channel>                GET     login 403   403   200   200
conversations:pause_channel <channel>          POST    login 403   403   302   302
conversations:resume_channel <channel>         POST    login 403   403   302   302
conversations:test_channel <channel>           POST    login 403   403   302   302
conversations:subscribe_channel <channel>      POST    login 403   403   403   302
conversations:gateway <gateway>                GET     login 403   403   200   200
conversations:gateway_connect <gateway>        POST    login 403   403   302|409 302|409
conversations:gateway_reconnect <gateway>      POST    login 403   403   302|409 302|409
conversations:gateway_log_out <gateway>        POST    login 403   403   302|409 302|409

# --- Customers from a file: supervisors go on with their own, administrators with all
conversations:customer_export                  GET     login 403   403   200   200
conversations:customer_import                  GET     login 403   403   200   200
conversations:customer_import                  POST    login 403   403   422   422
conversations:import_step <import>             GET     login 403   403   200   200
conversations:import_columns <import>          GET     login 403   403   200   200
conversations:import_columns <import>          POST    login 403   403   422   422
conversations:import_start <import>            POST    login 403   403   422   422
conversations:import_cancel <import>           POST    login 403   403   422   422
conversations:import_errors <import>           GET     login 403   403   200   200

# --- The intake: supervisors see how it goes; what customers wrote in it is the administrators'
conversations:ingest                           GET     login 403   403   200   200
conversations:replay_all                       POST    login 403   403   403   302
conversations:purge_parked                     POST    login 403   403   403   302
conversations:work_item <work item>            GET     login 403   403   403   200
conversations:replay_item <work item>          POST    login 403   403   403   302

# --- The simulated WhatsApp: whoever may write may be its customer
simulator:page                                 GET     login 403   200   200   200
simulator:add_phone                            POST    login 403   302   302   302
simulator:approval                             GET     login 403   200   200   200
simulator:decide <simulated template>          POST    login 403   404   404   404
simulator:faults                               POST    login 403   302   302   302
simulator:outage                               POST    login 403   302   302   302
simulator:clear_log                            POST    login 403   404   404   404
simulator:repeat <delivery>                    POST    login 403   302   302   302
simulator:live <phone>                         GET     login 403   200   200   200
simulator:phone_file <phone> <phone file>      GET     login 403   200   200   200
simulator:write <phone>                        POST    login 403   302|409 302|409 302|409
simulator:place <phone>                        POST    login 403   302|409 302|409 302|409
simulator:card <phone>                         POST    login 403   302|409 302|409 302|409
simulator:odd <phone>                          POST    login 403   302|409 302|409 302|409
simulator:play <phone>                         POST    login 403   302|409 302|409 302|409
simulator:tap <phone>                          POST    login 403   302|409 302|409 302|409
simulator:react <phone>                        POST    login 403   302|409 302|409 302|409
simulator:revoke <phone>                       POST    login 403   302|409 302|409 302|409
simulator:clear <phone>                        POST    login 403   302|200 302|200 302|200
simulator:window <phone>                       POST    login 403   302|200 302|200 302|200
simulator:pair <phone>                         POST    login 403   302|409 302|409 302|409
simulator:unpair <phone>                       POST    login 403   302|409 302|409 302|409
# Its Graph API asks for an access token, as Meta's does, and knows no sessions.
simulator:messages                             ANY     400   400   400   400   400
simulator:upload_media                         ANY     400   400   400   400   400
simulator:templates                            ANY     400   400   400   400   400
simulator:phone_numbers                        ANY     400   400   400   400   400
simulator:template                             ANY     400   400   400   400   400
simulator:object                               ANY     400   400   400   400   400
simulator:file                                 ANY     400   400   400   400   400
# The simulated gateway asks for its key, and is not there while GATEWAY_URL leads elsewhere.
simulator:gateway                              ANY     404   404   404   404   404
simulator:gateway_instance                     ANY     404   404   404   404   404

# --- The administration itself. Viewers and agents are led to the login, which refuses them (403).
admin:index                                    ANY     login login login 200   200
admin:app_list                                 ANY     login login login 404   404
admin:login                                    ANY     login 403   403   302   302
admin:logout                                   POST    302   302   302   200   200
admin:logout                  GET,PUT,PATCH,DELETE     302   302   302   405   405
admin:password_change                          ANY     login login login 302   302
admin:password_change_done                     GET     login login login 200   200
admin:autocomplete                             GET     login login login 403   403
admin:autocomplete           POST,PUT,PATCH,DELETE     login login login 405   405
admin:auth_user_password_change <accounts.user> ANY    login login login 403   200
admin:jsi18n                                   GET     login login login 200   200
admin:conversations_template_preview           GET     login login login 405   405
admin:conversations_template_preview           POST    login login login 200   200
admin:conversations_template_sync              GET     login login login 405   405
admin:conversations_template_sync              POST    login login login 302   302
admin:view_on_site                             ANY     login login login 404   404
admin:catch_all_view                           ANY     login login login 404   404
"""

# The tables of the administration, six addresses each. Rights: v(iew), a(dd), c(hange), d(elete).
# Without v nothing of a table is answered but 403 - whether a row exists is not told either.
# `queues`: supervisors find the rows of their queues, others answer like missing ones: 302 to the
# administration's first page. `404`: so do these, but 404, as their pages are our own.
# `shared`: the rows belong to no queue.
TABLES = """
# table                                superv.  admin  rows
accounts.auditentry                    -        v      shared
accounts.presenceentry                 v        v      queues
accounts.sitesetting                   -        vacd   shared
accounts.user                          v        vac    shared
conversations.attributedefinition      v        vacd   shared
conversations.cannedresponse           vacd     vacd   queues
conversations.channel                  vac      vac    queues
conversations.closingreason            vacd     vacd   queues
conversations.conversation             -        v      queues
conversations.conversationevent        -        v      queues
conversations.customer                 vc       vc     queues
conversations.customermerge            v        v      queues
conversations.holiday                  vacd     vacd   queues
conversations.message                  -        v      queues
conversations.queue                    vac      vac    queues
conversations.sendattempt              -        v      queues
conversations.tag                      vacd     vacd   shared
conversations.template                 vacd     vacd   404
conversations.waba                     v        vac    shared
conversations.webhookevent             -        v      queues
conversations.workitem                 -        v      queues
bots.bot                               vac      vacd   queues
bots.botsession                        -        v      queues
bots.flow                              vac      vacd   queues
bots.flowversion                       vac      vacd   queues
bots.keywordrule                       vacd     vacd   queues
campaigns.campaign                     v        v      queues
campaigns.recipient                    -        v      queues
"""

# Addresses whose pattern a machine cannot fill in.
ADDRESSES = {
    "conversations:bulk": "/inbox/bulk/assign/",
    "simulator:messages": "/simulator/graph/v25.0/1/messages",
    "simulator:upload_media": "/simulator/graph/v25.0/1/media",
    "simulator:templates": "/simulator/graph/v25.0/1/message_templates",
    "simulator:phone_numbers": "/simulator/graph/v25.0/1/phone_numbers",
    "simulator:template": "/simulator/graph/v25.0/7000000000000001",
    "simulator:object": "/simulator/graph/v25.0/1",
}
