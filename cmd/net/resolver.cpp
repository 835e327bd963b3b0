#include "cmd/net/resolver.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace p2psig {
namespace {

Resolver::Found addresses_of(const addrinfo* list) {
  Resolver::Found found;
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> host{};
    if (getnameinfo(each->ai_addr, each->ai_addrlen, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) ==
        0)
      found.addresses.emplace_back(host.data());
  }
  if (found.addresses.empty()) found.error = "it has no address";
  return found;
}

std::string reason_of(int status) {
  if (status == UV_EAI_NONAME || status == UV_EAI_NODATA) return "no such host";
  if (status == UV_EAI_AGAIN) return "the name servers do not answer";
  return uv_strerror(status);
}

}  // namespace

struct Resolver::Lookup {
  uv_getaddrinfo_t request{};
  std::function<void(const Found&)> found;  // empty once nobody wants to know

  static void done(uv_getaddrinfo_t* request, int status, addrinfo* list) {
    const std::unique_ptr<Lookup> lookup(static_cast<Lookup*>(request->data));
    const Found result = status == 0 ? addresses_of(list) : Found{{}, reason_of(status)};
    uv_freeaddrinfo(list);
    if (lookup->found) lookup->found(result);
  }
};

Resolver::Resolver(EventLoop& loop, const std::string& host, std::function<void(const Found&)> found)
    : lookup_(new Lookup) {
  lookup_->request.data = lookup_;
  lookup_->found = [this, call = std::move(found)](const Found& result) {
    lookup_ = nullptr;
    call(result);
  };
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  const int status =
      uv_getaddrinfo(loop.raw(), &lookup_->request, Lookup::done, host.c_str(), nullptr, &hints);
  if (status != 0) Lookup::done(&lookup_->request, status, nullptr);
}

Resolver::~Resolver() {
  if (lookup_ == nullptr) return;
  lookup_->found = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(&lookup_->request));
}

}  // namespace p2psig
