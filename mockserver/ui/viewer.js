// Swagger UI over one spec. Each request that is tried is signed by the mock first, which knows every scheme.

import { ask, headers } from "./api.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const asked = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
let shown = "";

const specOf = (api) => (api === "control" ? "/_mock/openapi.json" : `/_mock/specs/${encodeURIComponent(api)}`);

async function prepare(request) {
  const { api, account } = asked();
  const url = new URL(request.url, location.origin);
  if (url.pathname.startsWith("/_mock/")) {
    Object.assign(request.headers, headers());
    return request;
  }
  if (!account) return request;
  const draft = { api, method: request.method, url: url.href, headers: texts(request.headers), account };
  if (typeof request.body === "string") draft.body = request.body;
  const signed = await ask("POST", "/sign", { body: draft });
  request.url = signed.url;
  request.headers = signed.headers;
  return request;
}

const texts = (given) => Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [name, String(value)]));

function show() {
  const { api, theme } = asked();
  document.documentElement.classList.toggle("dark-mode", theme === "dark" || (!theme && dark.matches));
  if (!api || api === shown) return;
  shown = api;
  window.SwaggerUIBundle({
    url: specOf(api),
    dom_id: "#viewer",
    deepLinking: false,
    displayOperationId: true,
    displayRequestDuration: true,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    requestInterceptor: prepare,
  });
}

addEventListener("hashchange", show);
dark.addEventListener("change", show);
show();
