"""Gunicorn for pages, API and webhooks: threads, whose database connections last."""

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = 2
threads = 6
# Each worker keeps a connection per thread; 2 x 6 here, plus those of the other processes.
keepalive = 30
timeout = 60
graceful_timeout = 30
# Against slow leaks of libraries; the jitter keeps the workers from restarting together.
max_requests = 50_000
max_requests_jitter = 5_000
accesslog = None
# Nobody steers it from outside; the user may have no home to put the socket into.
control_socket_disable = True
# nginx speaks to us, and settings.TRUSTED_PROXIES decides whom the application believes.
forwarded_allow_ips = "*"
