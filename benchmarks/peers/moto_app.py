"""moto's server as a WSGI application, as its documentation runs it behind another server than Werkzeug's."""

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

app = DomainDispatcherApplication(create_backend_app)
