#include "cmd/serve/serve.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "cmd/command_line.hpp"
#include "cmd/failure.hpp"
#include "cmd/net/event_loop.hpp"
#include "cmd/net/listener.hpp"
#include "cmd/net/websocket_server.hpp"
#include "cmd/serve/event_log.hpp"
#include "cmd/serve/http_pages.hpp"
#include "cmd/serve/memory.hpp"
#include "cmd/serve/service_manager.hpp"
#include "core/server/worker.hpp"

namespace p2psig {
namespace {

constexpr Milliseconds kTroubleInterval{10'000};
constexpr Milliseconds kLastWordsTime{500};

LogStyle style_of(const ServeOptions& options) {
  const LogFormat format =
      options.log_format.value_or(isatty(STDERR_FILENO) == 1 ? LogFormat::pretty : LogFormat::logfmt);
  return {format, options.log_level,
          format == LogFormat::pretty && wants_colour(options.colour, STDERR_FILENO)};
}

/// Before libwebsockets makes its table of descriptors, which must never grow, and which it walks at each
/// close: so not more than is needed. Where the system allows less, fewer connections are let in, and a
/// quarter of what there is stays for those that are pending.
ServeOptions fit_to_descriptors(ServeOptions options, std::string& warning) {
  std::size_t& connections = options.limits.connections_max;
  const std::size_t asked = connections;
  const std::size_t wanted = connections + options.pending_max + limits::kSpareDescriptors;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t allowed = limit.rlim_cur;
  if (allowed >= wanted) return options;
  const std::size_t usable = allowed - std::min(limits::kSpareDescriptors, allowed / 2);
  options.pending_max = std::min(options.pending_max, std::max<std::size_t>(usable / 4, 1));
  connections = std::max<std::size_t>(usable - std::min(usable, options.pending_max), 1);
  warning = "the limit of open files is " + std::to_string(allowed) + ": at most " +
            std::to_string(connections) + " connections instead of " + std::to_string(asked) +
            " (ulimit -n " + std::to_string(wanted) + " lets all in)";
  return options;
}

/// What was said of where to listen, while that is the service manager's affair; empty if nothing was.
std::string unused_address(const ServeOptions& options) {
  const std::string& host = options.host_source;
  const std::string& port = options.port_source;
  if (host.empty() && port.empty()) return {};
  const std::string names =
      host.empty() || port.empty() ? host + port + " is" : host + " and " + port + " are";
  return names + " not used: the service manager has opened the sockets that are listened on";
}

std::unique_ptr<Listener> listen(EventLoop& loop, const ServeOptions& options, std::string& warning) {
  if (std::vector<Descriptor> inherited = inherited_sockets(); !inherited.empty()) {
    warning = unused_address(options);
    return std::make_unique<Listener>(loop, std::move(inherited));
  }
  try {
    return std::make_unique<Listener>(loop, options.host, options.port);
  } catch (const CannotListen& error) {
    const auto source = [](const std::string& from) { return from.empty() ? "the default" : from; };
    throw Failure(exit_code::kNetwork,
                  std::string(error.what()) + " (host " + options.host + " from " +
                      source(options.host_source) + ", port " + std::to_string(options.port) + " from " +
                      source(options.port_source) + "; choose others with --host and --port)");
  }
}

/// One run of the server: its parts and what happens between them.
class Server final : private WebSocketEvents, private Reception::Host {
 public:
  explicit Server(const ServeOptions& options)
      : options_(fit_to_descriptors(options, warning_)),
        log_(loop_, STDERR_FILENO, style_of(options)),
        worker_(options_.limits, log_),
        websockets_(loop_, worker_, *this),
        reception_(loop_, *this, options_.handshake_timeout),
        memory_(loop_, [this] { return connections() != 0; }),
        listener_(listen(loop_, options, listening_warning_)),
        drain_watch_(loop_, [this] { end_if_drained(); }),
        interrupt_(loop_, SIGINT, [this](int signal) { asked_to_stop(signal); }),
        terminate_(loop_, SIGTERM, [this](int signal) { asked_to_stop(signal); }) {}

  void run() {
    listener_->start([this](Descriptor fd) { accepted(std::move(fd)); },
                     [this](std::string_view what) { cannot_accept(what); });
    announce();
    loop_.run();
    say_last_words();
  }

 private:
  void connected(const Session& session, int socket) override {
    log_.connected(session.peer().id, socket, worker_.open_sessions() + 1);
  }

  void closed(const Session& session) override {
    log_.closed(session.peer().id, session.end(), loop_.now() - session.since());
  }

  [[nodiscard]] std::size_t connections() const noexcept { return websockets_.count() + reception_.count(); }

  void accepted(Descriptor fd) {
    memory_.wake();
    if (connections() < options_.limits.connections_max + options_.pending_max)
      return reception_.receive(std::move(fd));
    reset_at_close(fd.get());
    cannot_accept("there are as many as may be");
  }

  HttpReply answer(const HttpRequest& request) override {
    while (worker_.status_bytes() > limits::kStatusBytes && reception_.drop_oldest_reply()) continue;
    return http_page(request, worker_);
  }
  void upgrade(UpgradeRequest request) override { websockets_.adopt(std::move(request)); }
  void refused(int socket, const Refusal& refusal) override { log_.refused(socket, refusal); }

  void announce() {
    const std::string authority = listener_->url_host() + ":" + std::to_string(listener_->port());
    const std::string url = "ws://" + authority;
    if (isatty(STDOUT_FILENO) != 1) write_output("listening " + url + "\n");
    if (style_of(options_).format == LogFormat::pretty) {
      std::string banner = "p2psig " P2PSIG_VERSION "   " + url;
      const std::string network = listener_->wildcard() ? network_address() : std::string();
      if (!network.empty())
        banner += "   on the network ws://" + network + ":" + std::to_string(listener_->port());
      log_.banner(banner + "   status http://" + authority + "/status\n" + invitation(authority) +
                  "          (Ctrl-C stops)\n");
    } else {
      log_.note(LogLevel::info, "p2psig " P2PSIG_VERSION " listening on " + url);
    }
    for (const std::string& warning : {warning_, listening_warning_, notify_manager("READY=1")})
      if (!warning.empty()) log_.note(LogLevel::warn, warning);
  }

  /// With the address only where the client would look elsewhere.
  [[nodiscard]] std::string invitation(const std::string& authority) const {
    constexpr std::uint16_t default_port = 3000;
    const bool is_default = listener_->port() == default_port && listener_->wildcard();
    return "Try: p2psig join lobby" + (is_default ? "" : " --url ws://" + authority);
  }

  void cannot_accept(std::string_view what) {
    const Milliseconds now = loop_.now();
    if (last_trouble_ && now - *last_trouble_ < kTroubleInterval) return;
    last_trouble_ = now;
    log_.note(LogLevel::error,
              "cannot accept connections: " + std::string(what) + "; hanging up on new ones");
  }

  void asked_to_stop(int signal) {
    if (worker_.draining()) _exit(exit_code::kSignalled + signal);
    constexpr Milliseconds interval{20};
    log_.note(LogLevel::info,
              "stopping: closing " + std::to_string(worker_.open_sessions()) + " connections");
    tell_of_stop();
    drain_ends_ = loop_.now() + options_.drain_time;
    worker_.drain(loop_.now(), options_.drain_time / 2);
    drain_watch_.start(interval, interval);  // not at once: what was just closed is sent in this turn
  }

  /// And of the time that it may take: a manager kills what takes more than it was told to allow.
  void tell_of_stop() {
    constexpr Milliseconds reserve{2000};
    const auto time = std::chrono::microseconds(options_.drain_time + reserve);
    const std::string warning =
        notify_manager("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + std::to_string(time.count()));
    if (!warning.empty()) log_.note(LogLevel::warn, warning);
  }

  void end_if_drained() {
    if ((websockets_.count() == 0 && reception_.replying() == 0) || loop_.now() >= drain_ends_) loop_.stop();
  }

  /// Lets the log be written, unless stderr does not take it.
  void say_last_words() {
    log_.catch_up();
    const Milliseconds until = loop_.now() + kLastWordsTime;
    while (!log_.idle() && loop_.now() < until) {
      loop_.run_ready();
      usleep(1000);
    }
    if (!log_.idle()) _exit(exit_code::kDone);  // the thread that writes would never let the process end
  }

  std::string warning_;
  std::string listening_warning_;
  const ServeOptions options_;
  EventLoop loop_;
  EventLog log_;
  Worker worker_;
  WebSocketServer websockets_;
  Reception reception_;
  MemoryReturn memory_;
  std::unique_ptr<Listener> listener_;
  Ticker drain_watch_;
  SignalWatch interrupt_;
  SignalWatch terminate_;
  Milliseconds drain_ends_{};
  std::optional<Milliseconds> last_trouble_;
};

}  // namespace

int serve(const ServeOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  Server(options).run();
  return exit_code::kDone;
}

}  // namespace p2psig
