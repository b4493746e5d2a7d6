// One random run of a leaderless Host: everything is drawn from the seed, and each kind of fault is
// switched off in some runs (swarm testing: Groce et al., ISSTA 2012). Clients write values that
// nobody else writes, and read; the result names the first promise that was broken: linearizable
// registers where the settings promise them, and in the end equal replicas.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/sut/leaderless_host.h"
#include "tests/sut/register_zones.h"

namespace tribunal::sut::testing::quorum {

class RandomRun {
 public:
  // abd: settings that promise linearizability. any: all of them, which still must converge.
  enum class Promise { abd, any };

  explicit RandomRun(std::uint64_t seed, Mutation mutation = Mutation::none,
                     Promise promise = Promise::abd)
      : promise_(promise),
        draws_(seed, 2'000'000),
        size_(pick<std::uint16_t>({3, 3, 4, 5, 5})),
        options_(draw_options(mutation)),
        host_(size_, options_, seed) {
    host_.sync_latency = pick({microseconds(100), milliseconds(3), milliseconds(12)});
    host_.least = microseconds(200);
    host_.most = pick({microseconds(200), milliseconds(2), milliseconds(25)});
    host_.loss_ppm = pick({0, 20'000, 150'000});
    host_.repeat_ppm = pick({0, 20'000, 200'000});
    crashes_ = pick({0, 10'000, 40'000});
    partitions_ = pick({0, 10'000, 40'000});
    disks_ = pick({0, 0, 10'000});
    clocks_ = pick({0, 20'000});
    keys_ = pick<std::uint64_t>({1, 1, 3});
    retry_ = below(2) == 0;
    clients_.resize(5);
    for (std::uint32_t i = 0; i < clients_.size(); ++i) clients_[i].id = ClientId{i};
    history_.resize(keys_);
  }

  // "" or what was broken.
  std::string run() {
    while (host_.now() < milliseconds(600)) {
      inject();
      drive(true);
      host_.run_for(milliseconds(1));
    }
    finish();
    for (Client& client : clients_) {
      if (client.busy) record(client, Time::max());
    }
    if (promise_ == Promise::abd) {
      for (std::uint64_t key = 0; key < keys_; ++key) {
        const std::string wrong = check_register(history_[key]);
        if (!wrong.empty()) return "key " + std::to_string(key) + ": " + wrong;
      }
    }
    return differences();
  }
  std::size_t completed() const { return completed_; }
  std::uint64_t fingerprint() const {
    Fingerprint print;
    print.add(host_.messages).add(completed_);
    for (std::uint16_t n = 0; n < size_; ++n) print.add(host_.node(n).fingerprint());
    return print.value();
  }

 private:
  struct Client {
    ClientId id{};
    std::uint64_t sequence = 0;
    bool busy = false;
    Command command;
    Time began{};
    Time deadline{};
    Time attempt_until{};
    std::uint32_t open = 0;  // attempts without an answer
    std::int64_t value = 0;  // answered
    bool waiting = false;    // for an answer, rather than to try again
    std::map<std::uint64_t, Context> contexts;
  };

  std::uint64_t below(std::uint64_t bound) { return draws_.below("swarm"_site, bound); }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }

  Options draw_options(Mutation mutation) {
    using namespace leaderless;
    Options o = abd();
    o.mutation = mutation;
    o.n = pick<std::uint16_t>({3, 3, 0, 5});
    const std::uint16_t homes = o.n == 0 ? size_ : std::min(o.n, size_);
    o.r = static_cast<std::uint16_t>(1 + below(homes));
    o.w = static_cast<std::uint16_t>(homes + 1 - o.r + below(o.r));
    if (below(2) == 0) o.r = o.w = 0;
    using replicated::ClockKind;
    o.clock =
        pick({ClockKind::hybrid, ClockKind::wall, ClockKind::lamport, ClockKind::version_vector});
    o.conflict = pick({replicated::Policy::lww, replicated::Policy::crdt});
    o.anti_entropy = below(2) == 0;
    o.checkpoint_every = pick<std::uint64_t>({0, 1, 5, 1000});
    o.timeout = milliseconds(60);
    o.resend = milliseconds(15);
    o.anti_entropy_every = milliseconds(20);
    o.handoff_every = milliseconds(20);
    if (promise_ == Promise::any) loosen(o, homes);
    return o;
  }
  void loosen(Options& o, std::uint16_t homes) {
    using namespace leaderless;
    o.anti_entropy = true;  // what makes replicas equal in the end
    o.r = static_cast<std::uint16_t>(1 + below(homes));
    o.w = static_cast<std::uint16_t>(1 + below(homes));
    o.read_repair = pick({ReadRepair::async, ReadRepair::sync, ReadRepair::off});
    o.write = pick({WriteRule::blind, WriteRule::read_first});
    o.sloppy = below(2) == 0;
    o.conflict =
        pick({replicated::Policy::lww, replicated::Policy::siblings, replicated::Policy::crdt});
    o.cas_quorum = below(2) == 0;
    o.dedup = below(2) == 0;
    o.fsync = pick({Fsync::always, Fsync::interval, Fsync::never});
    o.fsync_interval = milliseconds(30);
  }

  void inject() {
    const auto node = static_cast<std::uint16_t>(below(size_));
    if (draws_.chance("crash"_site, crashes_) && host_.alive(node)) host_.crash(node);
    if (!host_.alive(node) && draws_.chance("restart"_site, 100'000)) host_.restart(node);
    if (draws_.chance("partition"_site, partitions_)) partition();
    if (draws_.chance("heal"_site, 40'000)) host_.heal();
    if (draws_.chance("disk-full"_site, disks_)) host_.set_full(node, true);
    if (draws_.chance("disk-heal"_site, 50'000)) host_.set_full(node, false);
    if (draws_.chance("clock"_site, clocks_)) {
      host_.set_wall_offset(node, milliseconds(static_cast<std::int64_t>(below(2000)) - 1000));
    }
  }
  void partition() {
    host_.heal();
    std::set<std::uint16_t> side;
    for (std::uint16_t n = 0; n < size_; ++n) {
      if (below(2) == 0) side.insert(n);
    }
    if (below(3) > 0) {
      host_.split(side);
      return;
    }
    for (const std::uint16_t n : side) {
      host_.cut_one_way(n, static_cast<std::uint16_t>(below(size_)));
    }
  }

  void drive(bool begin_new) {
    for (; seen_ < host_.answers.size(); ++seen_) {
      const Answer& answer = host_.answers[seen_];
      if (index(answer.id.client) >= clients_.size()) continue;
      Client& client = clients_[index(answer.id.client)];
      if (client.busy && client.sequence == answer.id.sequence) take(client, answer);
    }
    for (Client& client : clients_) {
      if (client.busy && host_.now() >= client.deadline) {
        record(client, Time::max());
      } else if (client.busy && host_.now() >= client.attempt_until) {
        const bool silent = client.waiting;
        if (!silent || retry_ || is_read(client.command.kind)) attempt(client);
      }
      if (begin_new && !client.busy && draws_.chance("begin"_site, 150'000)) begin(client);
    }
  }
  void begin(Client& client) {
    client.busy = true;
    ++client.sequence;
    client.began = host_.now();
    client.deadline = host_.now() + milliseconds(150);
    client.open = 0;
    const std::uint64_t key = below(keys_);
    client.command = below(2) == 0 ? read_of(key) : write_of(key, ++next_value_);
    attempt(client);
  }
  void attempt(Client& client) {
    ++client.open;
    client.waiting = true;
    client.attempt_until = host_.now() + milliseconds(40);
    const auto node = static_cast<std::uint16_t>(draws_.below("contact"_site, size_));
    if (!host_.alive(node)) {  // the connection is refused
      --client.open;
      client.waiting = false;
      client.attempt_until = host_.now() + milliseconds(2);
      return;
    }
    host_.request(node, {client.id, client.sequence}, client.command,
                  client.contexts[client.command.key]);
  }
  void take(Client& client, const Answer& answer) {
    if (answer.reply.status != Status::ok) {
      --client.open;
      client.waiting = false;
      client.attempt_until = host_.now() + milliseconds(3);
      return;
    }
    ++completed_;
    client.contexts[client.command.key] = answer.reply.context;
    client.value = answer.reply.value.value_or(0);
    record(client, host_.now());
  }
  void record(Client& client, Time end) {
    client.busy = false;
    const bool write = client.command.kind == CommandKind::write;
    if (end == Time::max() && (!write || client.open == 0)) return;  // refused everywhere
    const std::int64_t value = write ? client.command.a : client.value;
    history_[client.command.key].push_back({write, value, client.began, end});
  }

  // All faults end. Everybody answers, and the homes of each key become equal.
  void finish() {
    host_.heal();
    host_.least = host_.most = microseconds(300);
    host_.loss_ppm = host_.repeat_ppm = 0;
    for (std::uint16_t n = 0; n < size_; ++n) {
      host_.set_full(n, false);
      host_.restart(n);
    }
    for (int i = 0; i < 200; ++i) {
      drive(false);
      host_.run_for(milliseconds(1));
    }
    for (int round = 0; round < 2; ++round) {
      for (std::uint64_t key = 0; key < keys_; ++key) {
        for (std::uint16_t n = 0; n < size_; ++n) {
          const Time began = host_.now();
          const auto reply = host_.call(n, read_of(key));
          if (!reply || reply->status != Status::ok) {
            unanswered_ = true;
            continue;
          }
          history_[key].push_back({false, reply->value.value_or(0), began, host_.now()});
        }
      }
    }
    host_.run_for(milliseconds(1500));
  }
  std::string differences() const {
    if (unanswered_) return "a read was not answered after all faults ended";
    if (!options_.anti_entropy) return "";
    std::map<std::pair<CommandKind, std::uint64_t>, std::pair<int, std::vector<std::int64_t>>> seen;
    for (std::uint16_t n = 0; n < size_; ++n) {
      if (!host_.state(n).hints_.empty()) return "a hint never came home";
      for (const Content& content : host_.node(n).contents()) {
        auto [place, fresh] = seen.try_emplace({content.read, content.key}, 0, content.values);
        if (!fresh && place->second.second != content.values) return "replicas differ in the end";
        ++place->second.first;
      }
    }
    const int homes = options_.n == 0 ? size_ : std::min(options_.n, size_);
    for (const auto& [key, copies] : seen) {
      if (copies.first != homes) return "a replica holds nothing in the end";
    }
    return "";
  }

  Promise promise_;
  Choices draws_;
  std::uint16_t size_;
  Options options_;
  Host host_;
  std::uint64_t crashes_ = 0, partitions_ = 0, disks_ = 0, clocks_ = 0, keys_ = 1;
  bool retry_ = false;
  bool unanswered_ = false;
  std::vector<Client> clients_;
  std::vector<std::vector<RegisterOp>> history_;  // by key
  std::size_t seen_ = 0;
  std::size_t completed_ = 0;
  std::int64_t next_value_ = 0;
};

}  // namespace tribunal::sut::testing::quorum
