#include "core/protocol/close_frame.hpp"

#include <string>

#include "tests/catch.hpp"

using namespace p2psig;

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
