#include "cmd/serve/http_pages.hpp"

#include <memory>
#include <string>

namespace p2psig {
namespace {

HttpReply text(unsigned status, std::string_view line) {
  return {status, "text/plain; charset=utf-8", std::make_shared<const std::string>(line)};
}

}  // namespace

HttpReply http_page(const HttpRequest& request, Worker& worker) {
  if (request.method != "GET" && request.method != "HEAD")
    return reply_to({405, "method-not-allowed", "only GET and HEAD are served"});
  if (request.path == "/status") return {200, "application/json", worker.status()};
  if (request.path == "/healthz") return text(200, "ok\n");
  if (request.path == "/readyz") return worker.draining() ? text(503, "draining\n") : text(200, "ready\n");
  if (request.path == "/")
    return text(200,
                "p2psig " P2PSIG_VERSION
                ": WebRTC signaling server. Open a WebSocket to this address; who is connected: /status\n");
  return reply_to({404, "not-found", "there is /status, /healthz, /readyz and /"});
}

}  // namespace p2psig
