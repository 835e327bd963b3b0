#include "core/client/server_address.hpp"

#include <string>

#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"

using namespace p2psig;

namespace {

ServerAddress address(std::string_view text) {
  CAPTURE(std::string(text));
  const auto address = parse_server_address(text);
  if (!address) FAIL(address.error());
  return *address;
}

std::string url(std::string_view text) { return address(text).websocket_url(); }

std::string bad_address(std::string_view text) {
  CAPTURE(std::string(text));
  const auto address = parse_server_address(text);
  REQUIRE_FALSE(address);
  return address.error();
}

}  // namespace

TEST_CASE("the address of no address is this machine's", "[server_address]") {
  CHECK(ServerAddress().websocket_url() == "ws://127.0.0.1:3000");
  CHECK(ServerAddress().http_url() == "http://127.0.0.1:3000");
  CHECK(ServerAddress().path_of("status") == "/status");
}

TEST_CASE("shorthands without a port mean 3000", "[server_address]") {
  CHECK(url(":8080") == "ws://127.0.0.1:8080");
  CHECK(url("host") == "ws://host:3000");
  CHECK(url("host:8080") == "ws://host:8080");
  CHECK(url("10.0.0.1") == "ws://10.0.0.1:3000");
  CHECK(url("[::1]:8080") == "ws://[::1]:8080");
  CHECK(url("[::1]") == "ws://[::1]:3000");
  CHECK(url("localhost/signal") == "ws://localhost:3000/signal");
  CHECK(url("my_host-1.example.com.:1") == "ws://my_host-1.example.com.:1");
}

TEST_CASE("URLs without a port mean their scheme's", "[server_address]") {
  CHECK(address("ws://host").port == 80);
  CHECK(address("http://host").port == 80);
  CHECK(address("wss://host").port == 443);
  CHECK(address("https://host").port == 443);
  CHECK(address("wss://host").tls);
  CHECK(address("https://host").tls);
  CHECK_FALSE(address("http://host").tls);
  CHECK(address("WSS://Host:8443").port == 8443);
  CHECK(address("wss://[::1]").host == "::1");
}

TEST_CASE("one value serves WebSocket and HTTP alike", "[server_address]") {
  for (const char* text : {"ws://host:8080/signal", "http://host:8080/signal"}) {
    CHECK(address(text).websocket_url() == "ws://host:8080/signal");
    CHECK(address(text).http_url() == "http://host:8080/signal");
  }
  CHECK(address("wss://host").http_url() == "https://host");
  CHECK(address("https://host:443").websocket_url() == "wss://host");
  CHECK(address("ws://host:443").websocket_url() == "ws://host:443");
  CHECK(address("host:80").authority() == "host");
  CHECK(address("[2001:db8::1]").authority() == "[2001:db8::1]:3000");
}

TEST_CASE("a path is kept, and pages are below it", "[server_address]") {
  CHECK(address("host").path == "/");
  CHECK(address("ws://host/").path == "/");
  CHECK(address("ws://host/").websocket_url() == "ws://host");
  CHECK(address("ws://host/a/b").path_of("status") == "/a/b/status");
  CHECK(address("ws://host/a/").path_of("status") == "/a/status");
  CHECK(address("ws://host/a/").http_url() == "http://host/a");
  CHECK(address("ws://host/a?room=x/y").path == "/a?room=x/y");
  CHECK(address("ws://host/a?room=x/y").path_of("status") == "/a/status");
  CHECK(address("ws://host?x=1").path == "/?x=1");
  CHECK(address("ws://host?x=1").http_url() == "http://host");
  CHECK(address("host/%C3%A9@:[").path == "/%C3%A9@:[");
}

TEST_CASE("a URL in the query is no scheme", "[server_address]") {
  CHECK(url("host/a?next=http://b") == "ws://host:3000/a?next=http://b");
  CHECK(url("host:80?a://b") == "ws://host/?a://b");
}

TEST_CASE("an IPv6 address may have a zone, of which the server is told nothing", "[server_address]") {
  CHECK(address("[fe80::1%eth0]:8080").host == "fe80::1%eth0");
  CHECK(address("[fe80::1%eth0]:8080").authority() == "[fe80::1]:8080");
  CHECK(url("[fe80::1%eth0]:8080") == "ws://[fe80::1%eth0]:8080");
  CHECK(address("ws://[fe80::1%25eth0]/").host == "fe80::1%eth0");
  CHECK(address("[fe80::1%25]").host == "fe80::1%25");
  CHECK(address("[::ffff:10.0.0.1]").host == "::ffff:10.0.0.1");
}

TEST_CASE("a port is a number from 1 to 65535", "[server_address]") {
  CHECK(address(":1").port == 1);
  CHECK(address("host:65535").port == 65535);
  for (const char* text : {":0", ":65536", ":", "host:", "host:x", "host:-1", "host:+1", "host:80x", "[::1]:",
                           "ws://host:", "host:99999999999999999999", "http:/host", "host:80\\path"})
    CHECK(bad_address(text) == "its port is not a number from 1 to 65535");
}

TEST_CASE("what is not an address says why", "[server_address]") {
  CHECK(bad_address("") == "it is empty");
  CHECK(bad_address("ftp://host") == "its scheme is none of ws, wss, http and https");
  CHECK(bad_address("://host") == "its scheme is none of ws, wss, http and https");
  CHECK(bad_address("ws://host#part") == "it has a fragment (#), which no server is told");
  CHECK(bad_address("ws://ann:secret@host") ==
        "it has a user name in it: send credentials with --token-file or --header");
  for (const char* text : {"ws://", "ws:///path", "ws://?x", "ws://:80", "/etc/passwd", "?x"})
    CHECK(bad_address(text) == "it names no host");
}

TEST_CASE("hosts have the characters that hosts have", "[server_address]") {
  for (const char* text : {"hé", "ho\"st", "a,b", "*", "%6c", "host\\", "a[b", "host]", "ws://h\xFF"})
    CHECK(bad_address(text).starts_with("its host has characters that no host name has"));
  for (const char* text : {"::1", "fe80::1", "ws://::1/", "1:2:3"})
    CHECK(bad_address(text) == "an IPv6 address must be in brackets, as in [::1]:3000");
  for (const char* text :
       {"[]", "[host]", "[host:80]", "[10.0.0.1]", "[::1%]", "[::1%e\"h]", "[%:]", "[::g]"})
    CHECK(bad_address(text) == "what is in brackets is not an IPv6 address");
  CHECK(bad_address("[::1") == "its IPv6 address has no closing bracket");
  CHECK(bad_address("[::1]8080") == "something other than a port follows its IPv6 address");
}

TEST_CASE("nothing in an address can end a line of a request", "[server_address]") {
  for (const std::string text :
       {"host/a b", "host/\r\nX: y", "ho\tst", " host", "host\n", "host/\x7F", "host/\x1b[2J"})
    CHECK(bad_address(text) == "it has a blank or a control character in it");
  CHECK(bad_address(std::string("host\0", 5)) == "it has a blank or a control character in it");
  CHECK(bad_address("host/é").starts_with("its path has characters that have to be written as %C3%A9"));
  CHECK(bad_address("host/\xC2\x9B").starts_with("its path has characters"));
}

TEST_CASE("an address is as long as its limits", "[server_address]") {
  const auto host = [](std::size_t bytes) { return std::string(bytes, 'h'); };
  CHECK(address(host(limits::kHostBytes)).host.size() == limits::kHostBytes);
  CHECK(bad_address(host(limits::kHostBytes + 1)) == "its host is longer than 253 bytes");
  const auto whole = [](std::size_t bytes) { return "host/" + std::string(bytes - 5, 'p'); };
  CHECK(address(whole(limits::kUrlBytes - 1)).path.size() == limits::kUrlBytes - 5);
  CHECK(address(whole(limits::kUrlBytes)).path.size() == limits::kUrlBytes - 4);
  CHECK(bad_address(whole(limits::kUrlBytes + 1)) == "it is longer than 8000 bytes");
}
