#include "cmd/net/resolver.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace p2psig {
namespace {

std::string fault_of(int status) {
  if (status == EAI_NONAME) return "no such host";
#ifdef EAI_NODATA
  if (status == EAI_NODATA) return "no such host";
#endif
  if (status == EAI_AGAIN) return "the name servers do not answer";
  return gai_strerror(status);
}

Resolver::Found look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int status = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (status != 0) return {{}, fault_of(status)};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
  Resolver::Found found;
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) ==
        0)
      found.addresses.emplace_back(text.data());
  }
  if (found.addresses.empty()) found.error = "it has no address";
  return found;
}

}  // namespace

struct Resolver::Lookup {
  std::mutex mutex;      // of all that follows
  uv_async_t* answered;  // null once nobody wants to know
  Found found;

  void answer(Found answer) {
    const std::lock_guard lock(mutex);
    found = std::move(answer);
    if (answered != nullptr) uv_async_send(answered);
  }
};

Resolver::Resolver(EventLoop& loop, const std::string& host, std::function<void(const Found&)> found)
    : found_(std::move(found)), answered_(new uv_async_t), lookup_(std::make_shared<Lookup>()) {
  uv_async_init(loop.raw(), answered_.get(),
                [](uv_async_t* handle) { static_cast<Resolver*>(handle->data)->done(); });
  answered_->data = this;
  lookup_->answered = answered_.get();
  try {
    std::thread([lookup = lookup_, host] { lookup->answer(look_up(host)); }).detach();
  } catch (const std::system_error& error) {
    lookup_->answer({{}, error.code().message()});
  }
}

Resolver::~Resolver() {
  const std::lock_guard lock(lookup_->mutex);
  lookup_->answered = nullptr;
}

void Resolver::done() {
  const std::shared_ptr<Lookup> lookup = lookup_;  // for `found` may destroy this
  {
    const std::lock_guard lock(lookup->mutex);
    lookup->answered = nullptr;
  }
  answered_.reset();
  const auto found = std::move(found_);
  found(lookup->found);
}

}  // namespace p2psig
