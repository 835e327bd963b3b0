#include "tests/bench/measurement.hpp"

#include <algorithm>
#include <memory>

#include "tests/bench/failure.hpp"
#include "tests/bench/traffic.hpp"

namespace p2psig::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kPatience{5};         // for what is still on its way
constexpr milliseconds kAftermath{50};  // in which what comes twice would come
constexpr seconds kStay{2};             // of connections whose memory is measured
constexpr milliseconds kSettling{500};  // between the coming of idle connections and the measurement

std::unique_ptr<Traffic> make_traffic(const Workload& workload, Crowd& crowd, Tally& tally) {
  if (workload.kind == Workload::Kind::broadcast) return make_broadcast(crowd, tally, workload.payload_bytes);
  if (workload.kind == Workload::Kind::churn) return make_churn(crowd, tally);
  return make_relay(crowd, tally, workload.payload_bytes, workload.window);
}

/// Without memory.
Figures figures_of(const Usage& before, const Usage& after, std::size_t units, const Latencies& latencies) {
  const auto count = static_cast<double>(units);
  const Load load(before, after);
  Figures figures;
  if (before.server)
    figures.cpu_us =
        std::chrono::duration<double, std::micro>(*after.server - *before.server).count() / count;
  figures.per_second = count / std::chrono::duration<double>(after.at - before.at).count();
  if (latencies.count() != 0) {
    figures.p50_us = latencies.microseconds(0.5);
    figures.p99_us = latencies.microseconds(0.99);
    figures.p999_us = latencies.microseconds(0.999);
  }
  figures.server_load = load.server;
  figures.client_load = load.client;
  figures.others_load = load.others;
  return figures;
}

class Run {
 public:
  Run(const Target& target, const Workload& workload, std::string label, std::chrono::duration<double> time)
      : target_(target),
        workload_(workload),
        label_(std::move(label)),
        time_(std::chrono::duration_cast<Clock::duration>(time)) {}

  Figures traffic(const std::string& part) {
    Latencies connecting;
    Crowd crowd(poller_, target_.address, workload_.shape, label_ + part);
    crowd.arrive(connecting);
    Tally tally;
    const auto traffic = make_traffic(workload_, crowd, tally);
    crowd.tell(*traffic);
    traffic->start();
    poller_.pass(std::min<Clock::duration>(seconds(1), time_ / 4));

    tally.measuring = true;
    const std::uint64_t delivered_before = tally.delivered;
    const Usage before = usage_now(target_.process);
    poller_.pass(time_);
    const Usage after = usage_now(target_.process);
    const std::uint64_t delivered = tally.delivered - delivered_before;
    tally.measuring = false;

    tally.stopping = true;
    if (!poller_.until([&tally] { return tally.awaited == 0; }, kPatience))
      throw Fault("lost: of the messages that had to come, " + std::to_string(tally.awaited) +
                  " did not within " + std::to_string(kPatience.count()) + " s");
    poller_.pass(kAftermath);
    if (delivered == 0) throw Fault("nothing was delivered while it was measured");
    return figures_of(before, after, delivered, tally.latencies);
  }

  Figures connections() {
    Latencies connecting;
    const Usage before = usage_now(target_.process);
    Crowd crowd(poller_, target_.address, workload_.shape, label_);
    crowd.arrive(connecting);
    const Usage after = usage_now(target_.process);
    poller_.pass(workload_.kind == Workload::Kind::memory ? Clock::duration(kStay) : kAftermath);
    const Usage at_end = usage_now(target_.process);
    const std::size_t count = workload_.shape.connections;
    Figures figures = figures_of(before, after, count, connecting);
    if (before.server_bytes)
      figures.rss_bytes =
          (static_cast<double>(*at_end.server_bytes) - static_cast<double>(*before.server_bytes)) /
          static_cast<double>(count);
    return figures;
  }

  Figures beside_idle() {
    const Figures alone = traffic("-alone");
    Latencies connecting;
    Crowd idle(poller_, target_.address, kIdleShape, label_ + "-idle");
    idle.arrive(connecting);
    poller_.pass(kSettling);
    Figures figures = traffic("-beside");
    figures.ratio = cpu_ratio(figures, alone);
    return figures;
  }

 private:
  const Target& target_;
  const Workload& workload_;
  const std::string label_;
  const Clock::duration time_;
  Poller poller_;
};

}  // namespace

Figures measure(const Target& target, const Workload& workload, const std::string& label,
                std::chrono::duration<double> time) {
  const auto run = std::make_unique<Run>(target, workload, label, time);  // its scratch is large
  if (workload.kind == Workload::Kind::idle) return run->beside_idle();
  if (workload.counts_connections()) return run->connections();
  return run->traffic("");
}

}  // namespace p2psig::bench
