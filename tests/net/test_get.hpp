#pragma once

#include <optional>
#include <string>

#include "cmd/net/http_get.hpp"
#include "tests/catch.hpp"
#include "tests/net/loop_runner.hpp"

namespace p2psig::test {

struct Got {
  int code = 0;      ///< the exit code of a failure
  std::string what;  ///< its sentence
  std::string body;
  std::string content_type;
  bool passes = false;
};

inline Got get(const ConnectOptions& options, Milliseconds patience = Milliseconds{10'000}) {
  EventLoop loop;
  std::optional<HttpGetResult> result;
  const HttpGet request(loop, options, "status", patience, [&result](HttpGetResult got) {
    CHECK_FALSE(result);  // once
    result.emplace(std::move(got));
  });
  REQUIRE(run_until(loop, [&result] { return result.has_value(); }));
  if (!*result) return {result->error().code, result->error().what, {}, {}, result->error().passes};
  return {0, {}, std::move((*result)->body), (*result)->content_type, false};
}

}  // namespace p2psig::test
