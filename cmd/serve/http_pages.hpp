#pragma once

#include "cmd/net/http.hpp"
#include "core/server/worker.hpp"

namespace p2psig {

/// What is at each path: /status, /healthz, /readyz and /.
[[nodiscard]] HttpReply http_page(const HttpRequest& request, Worker& worker);

}  // namespace p2psig
