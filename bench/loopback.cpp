// Prints how many linearizable writes and reads a second Raft makes as three real processes on
// loopback, with and without fsync, directly and through the proxies, beside Debian's etcd where it
// is installed. Usage: loopback [DIRECTORY-ON-DISK [SECONDS]]; the other directory is /dev/shm.
#include "bench/loopback.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cluster/processes/processes.h"
#include "sut/modes.h"

namespace tribunal::bench {
namespace {

constexpr std::uint16_t nodes = 3;

sut::Command command(const Load& load, std::uint64_t n) {
  sut::Command c;
  c.kind = load.reads ? sut::CommandKind::read : sut::CommandKind::write;
  c.key = n % load.keys;
  c.a = static_cast<std::int64_t>(n);
  return c;
}

// Whoever leads; clients would find out by themselves, one refusal each.
NodeId leader(const cluster::Cluster& cluster) {
  NodeId found{};
  std::uint64_t term = 0;
  for (std::uint16_t n = 0; n < nodes; ++n) {
    const auto view = cluster.state(NodeId{n}).view;
    if (view.role != sut::Role::leader || view.term < term) continue;
    found = NodeId{n};
    term = view.term;
  }
  return found;
}

Measured run(cluster::Cluster& cluster, const Load& load) {
  std::vector<Time> started(load.clients);
  std::vector<std::int64_t> latencies;
  std::uint64_t failed = 0;
  std::uint64_t n = 0;
  const NodeId contact = leader(cluster);
  const auto ask = [&](std::uint32_t client) {
    started[client] = cluster.now();
    cluster.invoke(ClientId{client}, contact, command(load, n++), seconds(5));
  };
  const Time begin = cluster.now();
  const Time end = begin + load.length;
  for (std::uint32_t c = 0; c < load.clients; ++c) ask(c);
  std::uint32_t open = load.clients;
  while (open > 0 && cluster.health()) {
    const auto done = cluster.run_until(end + seconds(6));
    if (!done) break;
    const std::uint32_t client = index(done->client);
    if (done->outcome == cluster::Outcome::ok) {
      if (done->at <= end) latencies.push_back((done->at - started[client]).count());
    } else {
      ++failed;
    }
    if (cluster.now() < end) {
      ask(client);
    } else {
      --open;
    }
  }
  return measured(latencies, failed, load.length);
}

void wait_for_leader(cluster::Cluster& cluster) {
  Load load;
  load.clients = 1;
  load.length = milliseconds(500);
  for (int attempt = 0; attempt < 10 && run(cluster, load).operations == 0; ++attempt) {
  }
}

void line(const std::string& store, const std::string& where, const Load& load, const Measured& m) {
  fmt::print("{:<24} {:<8} {:>7} {:<6} {:>10.0f} {:>8.2f} {:>8.2f} {:>8.2f} {:>7}\n", store, where,
             load.clients, load.reads ? "reads" : "writes", m.per_second, m.p50, m.p99, m.p999,
             m.failed);
  std::fflush(stdout);
}

std::vector<Load> loads(Duration length) {
  std::vector<Load> all;
  for (const std::uint32_t clients : {20U, 100U}) {
    for (const bool reads : {false, true}) all.push_back({clients, reads, length, 100});
  }
  return all;
}

void ours(const std::string& name, const std::string& spelling, const std::string& directory,
          const std::string& where, bool proxies, Duration length) {
  const auto mode = parse_settings("mode", spelling, sut::modes());
  cluster::ProcessOptions options;
  options.nodes = nodes;
  options.directory = directory;
  options.proxies = proxies;
  options.latency = "none";
  options.witness = false;
  options.program = std::getenv("TRIBUNAL") != nullptr ? std::getenv("TRIBUNAL") : TRIBUNAL_PROGRAM;
  auto made = cluster::make_processes(*mode, options);
  if (!made) {
    fmt::print("{}: {}\n", name, made.error().message);
    return;
  }
  cluster::Cluster& cluster = **made;
  wait_for_leader(cluster);
  for (const Load& load : loads(length)) line(name, where, load, run(cluster, load));
  if (auto status = cluster.health(); !status) fmt::print("{}\n", status.error().message);
}

void theirs(const std::string& directory, const std::string& where, Duration length) {
  auto etcd = Etcd::start(directory);
  if (!etcd) {
    fmt::print("etcd: {}\n", etcd.error().message);
    return;
  }
  for (const Load& load : loads(length)) {
    const auto m = etcd->run(load);
    if (m) {
      line("etcd", where, load, *m);
    } else {
      fmt::print("etcd: {}\n", m.error().message);
    }
  }
}

}  // namespace
}  // namespace tribunal::bench

int main(int argc, char** argv) {
  using namespace tribunal;
  const std::string disk = argc > 1 ? argv[1] : ".";
  const Duration length = seconds(argc > 2 ? std::atoi(argv[2]) : 3);
  const std::string memory = "/dev/shm";
  fmt::print("{:<24} {:<8} {:>7} {:<6} {:>10} {:>8} {:>8} {:>8} {:>7}\n", "store", "data on",
             "clients", "ops", "per second", "p50 ms", "p99 ms", "p99.9 ms", "failed");
  bench::ours("raft", "raft", disk, "disk", false, length);
  bench::theirs(disk, "disk", length);
  bench::ours("raft", "raft", memory, "tmpfs", false, length);
  bench::theirs(memory, "tmpfs", length);
  bench::ours("raft:fsync=never", "raft:fsync=never", disk, "disk", false, length);
  bench::ours("raft, through proxies", "raft", disk, "disk", true, length);
  bench::ours("raft, through proxies", "raft", memory, "tmpfs", true, length);
  return 0;
}
