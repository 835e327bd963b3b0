#include "cmd/net/http_get.hpp"

#include <algorithm>
#include <utility>

#include "cmd/failure.hpp"
#include "cmd/net/connect_phrases.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

using State = HttpReplyReader::State;

constexpr unsigned kOk = 200;

/// What a proxy says while the server behind it is not there (RFC 9110, 15.6.3 to 15.6.5).
bool says_not_now(unsigned status) noexcept { return status >= 502 && status <= 504; }

std::string url_of(const ServerAddress& address, const std::string& path) {
  return (address.tls ? "https://" : "http://") + address.authority() + path;
}

}  // namespace

HttpGet::HttpGet(EventLoop& loop, const ConnectOptions& options, std::string_view page, Milliseconds patience,
                 std::function<void(HttpGetResult)> done)
    : loop_(loop),
      options_(options),
      path_(options.address.path_of(page)),
      url_(url_of(options.address, path_)),
      patience_(patience),
      end_(loop.now() + patience),
      done_(std::move(done)),
      deadline_(loop, [this] { out_of_time(); }),
      reader_(limits::kStatusReplyBytes),
      stream_(loop, options, url_, *this) {
  const Milliseconds to_head = std::min(options.timeout, patience);
  deadline_.start(to_head, Milliseconds{0});
  stream_.connect(to_head);
}

void HttpGet::connected() {
  stream_.send(get_request(options_, path_, "Connection: close\r\nAccept: application/json\r\n"));
}

void HttpGet::received(std::span<char> bytes) {
  reader_.accept({bytes.data(), bytes.size()});
  judge();
}

void HttpGet::ended(const StreamEnd& end) {
  if (reader_.begun()) {
    reader_.end(end.orderly);
    return judge();
  }
  fail(exit_code::kNetwork,
       end.orderly ? cannot_connect(url_, "it closed the connection without a reply") : end.what);
}

void HttpGet::judge() {
  const State state = reader_.state();
  if (state == State::malformed) return fail(exit_code::kProtocol, no_http_server(url_, reader_.fault()));
  if (state == State::cut_short) return fail(exit_code::kLost, "the reply of " + url_ + " was cut short");
  if (state == State::head) return;
  if (reader_.status() != kOk)
    return finish(
        HttpGetFailure{exit_code::kProtocol,
                       url_ + " answered " + std::to_string(reader_.status()) + hint_about(reader_.status()),
                       says_not_now(reader_.status())});
  if (state == State::too_large)
    return fail(exit_code::kProtocol, "the reply of " + url_ + " is larger than 64 MiB");
  if (state == State::whole)
    return finish(HttpPage{std::string(reader_.fields().value("content-type").value_or("")),
                           std::move(reader_.body())});
  if (std::exchange(head_read_, true)) return;
  deadline_.start(std::max(end_ - loop_.now(), Milliseconds{0}), Milliseconds{0});
}

void HttpGet::out_of_time() {
  if (reader_.begun())
    return fail(exit_code::kLost,
                "the reply of " + url_ + " did not end within " +
                    seconds_in_words(head_read_ ? patience_ : std::min(options_.timeout, patience_)));
  fail(exit_code::kNetwork,
       cannot_connect(url_, patience_ < options_.timeout ? "no answer within " + seconds_in_words(patience_)
                                                         : no_answer_within(options_)));
}

void HttpGet::fail(int code, const std::string& what) {
  finish(HttpGetFailure{code, what, code != exit_code::kProtocol});
}

void HttpGet::finish(HttpGetResult result) {
  deadline_.stop();
  stream_.stop();
  done_(std::move(result));
}

}  // namespace p2psig
