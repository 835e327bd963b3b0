#include "core/protocol/close_frame.hpp"

#include <string>

#include "tests/catch.hpp"

using namespace p2psig;

TEST_CASE("codes that may be sent are those of the RFC and of IANA, and the free ones", "[close_frame]") {
  for (const unsigned code : {1000U, 1003U, 1007U, 1011U, 1012U, 1014U, 3000U, 4999U})
    CHECK(may_be_sent(static_cast<std::uint16_t>(code)));
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 2999U, 5000U, 65535U})
    CHECK_FALSE(may_be_sent(static_cast<std::uint16_t>(code)));
}

TEST_CASE("a close frame is read and written", "[close_frame]") {
  CHECK(close_payload(1009, "too big") == std::string("\x03\xF1too big"));
  CHECK(close_payload(4029, "") == "\x0F\xBD");
  CHECK(read_close("\x03\xF1too big").code == 1009);
  CHECK(read_close("\x03\xF1too big").reason == "too big");
  CHECK(read_close(std::string("\xFF\xFF")).code == 65'535);
  for (const char* const short_one : {"", "\x03"}) {
    CHECK(read_close(short_one).code == 1005);
    CHECK(read_close(short_one).reason.empty());
  }
}
