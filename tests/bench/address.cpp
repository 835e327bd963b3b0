#include "tests/bench/address.hpp"

#include <netdb.h>

#include <cstring>
#include <memory>

#include "tests/bench/failure.hpp"

namespace p2psig::bench {

Address resolve(std::string_view url) {
  constexpr std::string_view scheme = "ws://";
  const auto refuse = [url](const std::string& why) {
    return Unusable("'" + std::string(url) + "' " + why + "; an address is ws://HOST:PORT");
  };
  if (!url.starts_with(scheme)) throw refuse("does not begin with ws://");
  const std::string_view rest = url.substr(scheme.size());
  const auto slash = rest.find('/');
  const std::string_view place = rest.substr(0, slash);
  const auto colon = place.rfind(':');
  if (colon == std::string_view::npos || colon == 0) throw refuse("has no port");
  std::string host(place.substr(0, colon));
  const std::string port(place.substr(colon + 1));
  if (host.size() > 2 && host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);

  addrinfo hints{};
  hints.ai_flags = AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0)
    throw refuse(std::string("cannot be resolved: ") + gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> first(found, &freeaddrinfo);

  Address address;
  std::memcpy(&address.socket, first->ai_addr, first->ai_addrlen);
  address.socket_bytes = first->ai_addrlen;
  address.host = place;
  address.path = slash == std::string_view::npos ? "/" : rest.substr(slash);
  return address;
}

}  // namespace p2psig::bench
