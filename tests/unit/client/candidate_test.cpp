#include "core/client/candidate.hpp"

#include <string>

#include "tests/catch.hpp"

using namespace p2psig;

// What is wrong with a candidate, field by field: tests/data/sdp/feature-candidates.

namespace {

bool is_read(const std::string& line) { return parse_candidate(line).has_value(); }

}  // namespace

TEST_CASE("a candidate of a browser is read field by field", "[candidate]") {
  const auto candidate = parse_candidate(
      "candidate:3815588878 1 udp 2122194687 192.0.2.2 54876 typ host generation 0 ufrag nSdu network-id 1");
  REQUIRE(candidate);
  CHECK(candidate->foundation == "3815588878");
  CHECK(candidate->component == 1);
  CHECK(candidate->transport == "udp");
  CHECK(candidate->priority == 2122194687);
  CHECK(candidate->address == "192.0.2.2");
  CHECK(candidate->port == 54876);
  CHECK(candidate->type == "host");
  CHECK(candidate->ufrag == "nSdu");
  CHECK(candidate->tcp_type.empty());
  CHECK(candidate->related_address.empty());
  CHECK_FALSE(candidate->is_mdns());
}

TEST_CASE("a candidate is read as a line of a description as well", "[candidate]") {
  const auto candidate = parse_candidate("a=candidate:1 2 UDP 1 fd00::2 5 typ host\r\n");
  REQUIRE(candidate);
  CHECK(candidate->transport == "udp");
  CHECK(candidate->address == "fd00::2");
  CHECK(*parse_candidate("candidate:1  2 UDP 1 fd00::2 5  typ host ") == *candidate);
}

TEST_CASE("a relayed candidate tells where it comes from", "[candidate]") {
  const auto candidate =
      parse_candidate("candidate:1 1 udp 41885439 203.0.113.9 3478 typ relay raddr 198.51.100.4 rport 61000");
  REQUIRE(candidate);
  CHECK(candidate->type == "relay");
  CHECK(candidate->related_address == "198.51.100.4");
  CHECK(candidate->related_port == 61000);
}

TEST_CASE("a candidate for TCP has a type of its own, one for UDP has none", "[candidate]") {
  CHECK(parse_candidate("candidate:1 1 TCP 1 192.0.2.1 9 typ host tcptype active")->tcp_type == "active");
  CHECK(parse_candidate("candidate:1 1 UDP 1 192.0.2.1 9 typ host tcptype active")->tcp_type.empty());
}

TEST_CASE("a name that only mDNS resolves is known as such", "[candidate]") {
  const auto is_mdns = [](const std::string& address) {
    return parse_candidate("candidate:1 1 udp 1 " + address + " 5 typ host")->is_mdns();
  };
  CHECK(is_mdns("69361775-4708-415a-8d1f-ace8241495fd.local"));
  CHECK(is_mdns("x.LOCAL"));
  CHECK_FALSE(is_mdns("host.example"));
  CHECK_FALSE(is_mdns("local"));
  CHECK_FALSE(is_mdns(".local"));
}

TEST_CASE("numbers are taken up to their ends", "[candidate]") {
  CHECK(is_read("candidate:1 256 udp 4294967295 192.0.2.1 65535 typ host"));
  CHECK(is_read("candidate:1 1 udp 0 192.0.2.1 0 typ host"));
  CHECK_FALSE(is_read("candidate:1 257 udp 1 192.0.2.1 5 typ host"));
  CHECK_FALSE(is_read("candidate:1 1 udp 4294967296 192.0.2.1 5 typ host"));
  CHECK_FALSE(is_read("candidate:1 1 udp 1 192.0.2.1 65536 typ host"));
  CHECK_FALSE(is_read("candidate:1 1 udp 1 192.0.2.1 99999999999999999999 typ host"));
  CHECK_FALSE(is_read("candidate:1 1 udp +1 192.0.2.1 5 typ host"));
  CHECK_FALSE(is_read("candidate:1 1 udp 0x1 192.0.2.1 5 typ host"));
}

TEST_CASE("foundations and names are taken up to their longest", "[candidate]") {
  const auto with_foundation = [](std::size_t size) {
    return is_read("candidate:" + std::string(size, 'a') + " 1 udp 1 192.0.2.1 5 typ host");
  };
  CHECK(with_foundation(31));
  CHECK(with_foundation(32));
  CHECK_FALSE(with_foundation(33));
  const auto with_name = [](std::size_t size) {
    return is_read("candidate:1 1 udp 1 " + std::string(size, 'a') + " 5 typ host");
  };
  CHECK(with_name(254));
  CHECK(with_name(255));
  CHECK_FALSE(with_name(256));
}

TEST_CASE("an address may be of any family, and no other bytes", "[candidate]") {
  const auto with_address = [](const std::string& address) {
    return is_read("candidate:1 1 udp 1 " + address + " 5 typ host");
  };
  CHECK(with_address("::"));
  CHECK(with_address("::ffff:192.0.2.1"));
  CHECK(with_address("fe80::1%eth0"));
  CHECK(with_address("turn-1.example_net.org"));
  CHECK_FALSE(with_address("[::1]"));
  CHECK_FALSE(with_address("1.2.3"));
  CHECK_FALSE(with_address("1.2.3.4.5"));
  CHECK_FALSE(with_address("12345::1"));
  CHECK_FALSE(with_address("h\u00f6st.example"));
  CHECK_FALSE(with_address("host\tname"));
  CHECK_FALSE(with_address(std::string("::1\0x", 5)));
}

TEST_CASE("a candidate is one line", "[candidate]") {
  const auto candidates =
      parse_candidate("candidate:1 1 udp 1 ::1 5 typ host ufrag a\ncandidate:2 1 udp 1 ::1 5 typ host");
  REQUIRE_FALSE(candidates);
  CHECK(candidates.error() == "is more than one line");
}

TEST_CASE("what is not a candidate is told as short as what is", "[candidate]") {
  const auto candidate = parse_candidate("candidate:" + std::string(5000, '-'));
  REQUIRE_FALSE(candidate);
  CHECK(candidate.error().size() < 100);
}
