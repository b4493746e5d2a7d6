// The sample runs: see samples.h.
#include "tests/browser/samples.h"

#include "base/choices.h"
#include "tests/reports/recorder.h"

namespace tribunal::reports::testing {
namespace {

using checker::Anomaly;
using checker::Check;
using checker::Harm;
using checker::KeyProof;
using checker::Validity;

constexpr std::uint64_t seed = 42;

std::int64_t pick(Site site, std::uint64_t ordinal, std::uint64_t bound) {
  return static_cast<std::int64_t>(draw(seed, 0, site, ordinal, bound));
}

Results run_results(Validity validity) {
  Results results;
  results.valid = validity;
  results.expected = {"linearizable"};
  results.models = {{"linearizable", validity}};
  results.run.version = "0.1.0";
  results.run.name = "textbook/async-failover";
  results.run.source = "run";
  results.run.seed = seed;
  results.run.mode = "single-leader:replication=async,failover=auto,fencing=off";
  results.run.workload = "register";
  results.run.nemesis = "partition:targets=leader";
  results.run.cluster = "sim";
  results.run.latency = "lan";
  results.run.nodes = 5;
  results.run.concurrency = 6;
  results.run.length = seconds(20);
  results.run.scenario =
      "seed = 42\nmode = \"single-leader\"\n\n[mode-settings]\nreplication = \"async\"\n";
  results.run.replay =
      "tribunal run --mode single-leader:replication=async,failover=auto,fencing=off "
      "--workload register --nemesis partition:targets=leader --time 20s --seed 42";
  return results;
}

Check check_of(Validity validity, std::uint64_t operations) {
  Check check;
  check.name = "linearizable";
  check.model = "register";
  check.validity = validity;
  check.algorithm = "Wing-Gong-Lowe search";
  check.operations = operations;
  check.steps = operations * 3;
  check.seconds = 0.012;
  return check;
}

// Busy clients on `keys` keys for `length_ms`; one in fifty operations has an unknown outcome while
// a fault is on.
void background(Recorder& recorder, double length_ms, std::uint32_t clients, std::int64_t keys,
                double fault_start, double fault_end, double scale = 1) {
  std::uint64_t n = 0;
  for (std::uint32_t client = 0; client < clients; ++client) {
    auto process = static_cast<std::int32_t>(client);
    double t = 2.0 * client;
    while (t < length_ms) {
      const bool faulty = t >= fault_start && t < fault_end;
      ++n;
      recorder.key(Value::integer(100 + pick("key"_site, n, static_cast<std::uint64_t>(keys))));
      recorder.node(static_cast<std::uint16_t>(pick("node"_site, n, 5)));
      const double took =
          scale * (0.4 + 0.001 * static_cast<double>(pick("took"_site, n, faulty ? 9000 : 2200)));
      const auto value = static_cast<std::int64_t>(n);
      const std::int64_t luck = pick("luck"_site, n, 100);
      if (faulty && luck < 4) {
        recorder.op(process, "write", Value::integer(value), t, t + 1000, EventType::info, {},
                    Value::keyword("timeout"));
        process += static_cast<std::int32_t>(clients);
        t += 1000;
      } else if (faulty && luck < 14) {
        recorder.op(process, "write", Value::integer(value), t, t + took, EventType::fail, {},
                    Value::keyword("no-leader"));
      } else if (luck < 57) {
        recorder.write(process, value, t, t + took);
      } else {
        recorder.read(process, Value::integer(value), t, t + took);
      }
      t += took + scale * 0.01 * static_cast<double>(pick("think"_site, n, 8000));
    }
  }
}

}  // namespace

Sample valid_run() {
  Recorder recorder;
  background(recorder, 20'000, 6, 8, 8'000, 12'000);
  recorder.nemesis("start-partition", "{n1 n2} | {n3 n4 n5}", 8'000);
  recorder.nemesis("stop-partition", "{n1 n2} | {n3 n4 n5}", 12'000);
  Sample sample{recorder.history(), run_results(Validity::valid)};
  sample.results.run.mode = "single-leader:replication=sync,read=leader-quorum,fencing=on";
  sample.results.strongest = "linearizable";
  for (const char* model : {"sequential", "causal", "read-your-writes", "monotonic-reads"}) {
    sample.results.models[model] = Validity::valid;
  }
  Check check = check_of(Validity::valid, sample.history.operations().size());
  for (std::int64_t key = 0; key < 8; ++key) {
    KeyProof proof;
    proof.has_key = true;
    proof.key = sample.history.intern(Value::integer(100 + key));
    proof.validity = Validity::valid;
    check.proofs.push_back(proof);
  }
  sample.results.checks = {check};
  sample.results.messages = 123'456;
  return sample;
}

Sample stale_read() {
  Recorder recorder;
  background(recorder, 3'000, 4, 6, 1'200, 1'900);
  recorder.key(Value::integer(3)).node(0);
  const auto first = recorder.write(40, 17, 1'000, 1'001.4);
  const auto second = recorder.write(41, 18, 1'402.1, 1'404.0);
  const auto seen = recorder.node(1).read(42, Value::integer(18), 1'404.6, 1'405.3);
  const auto stale = recorder.node(2).read(43, Value::integer(17), 1'407.0, 1'407.9);
  recorder.nemesis("start-slow", "n3 replicates 200 ms late", 1'200);
  recorder.nemesis("stop-slow", "n3 replicates 200 ms late", 1'900);
  Sample sample{recorder.history(), run_results(Validity::invalid)};
  sample.results.strongest = "sequential";
  sample.results.weakest_violated = "linearizable";
  sample.results.models["sequential"] = Validity::valid;
  sample.results.models["causal"] = Validity::valid;
  Check check = check_of(Validity::invalid, sample.history.operations().size());
  Anomaly anomaly;
  anomaly.kind = "stale read";
  anomaly.harm = Harm::timeliness;
  anomaly.has_key = true;
  anomaly.key = sample.history.intern(Value::integer(3));
  anomaly.operations = recorder.ids({first, second, seen, stale});
  anomaly.minimal = true;
  anomaly.explanation =
      "Process 43 read 17, but process 41 had finished writing 18 before that read began, and "
      "process 42 had already "
      "seen it. Nobody wrote 17 again, so no order of these operations explains both reads.";
  anomaly.steps = {
      "write 17 by process 40 was over before write 18 by process 41 began.",
      "write 18 was over before process 42 read it, and that read was over before process 43 began "
      "to read.",
      "So the read by process 43 comes after write 18 and must return 18; it returned 17."};
  KeyProof proof;
  proof.has_key = true;
  proof.key = anomaly.key;
  proof.validity = Validity::invalid;
  proof.order = recorder.ids({first, second, seen});
  proof.stuck_at = sample.history.partner(recorder.id(stale));
  proof.blocked = {recorder.id(stale)};
  proof.blocked_why = {"can't read 17 from a register that holds 18"};
  proof.core = anomaly.operations;
  check.anomalies = {anomaly};
  check.proofs = {proof};
  sample.results.checks = {check};
  return sample;
}

Sample lost_write_under_partition() {
  Recorder recorder;
  background(recorder, 20'000, 6, 8, 8'000, 12'000);
  recorder.key(Value::integer(7)).node(0);
  const auto before = recorder.write(60, 411, 7'400.2, 7'401.9);
  const auto lost = recorder.write(61, 412, 8'310.0, 8'311.2);
  const auto maybe = recorder.op(62, "write", Value::integer(413), 8'320, 9'320, EventType::info,
                                 {}, Value::keyword("timeout"));
  const auto after = recorder.node(3).read(63, Value::integer(411), 9'002.4, 9'003.9);
  recorder.nemesis("start-partition", "{n1} | {n2 n3 n4 n5}", 8'000);
  recorder.nemesis("stop-partition", "{n1} | {n2 n3 n4 n5}", 12'000);
  recorder.nemesis("start-pause", "n2", 10'000);
  recorder.nemesis("stop-pause", "n2", 13'000);
  recorder.nemesis("clock-step", "n5 forward by 3 s", 15'000);
  Sample sample{recorder.history(), run_results(Validity::invalid)};
  Results& results = sample.results;
  results.weakest_violated = "monotonic-reads";
  results.strongest = "read-your-writes";
  for (const char* model : {"sequential", "causal", "pram", "monotonic-reads"}) {
    results.models[model] = Validity::invalid;
  }
  results.models["read-your-writes"] = Validity::valid;
  results.models["consistent-prefix"] = Validity::unknown;
  results.marks = {{milliseconds(3), "n1", "became leader of term 1"},
                   {milliseconds(8'700), "n4", "became leader of term 2"},
                   {milliseconds(12'050), "n1", "truncated 3 entries"}};
  results.protocol = {{milliseconds(12'050), "n1", "leader append-only",
                       "entry 811 of term 1 was acknowledged and then truncated"}};
  Check check = check_of(Validity::invalid, sample.history.operations().size());
  Anomaly anomaly;
  anomaly.kind = "lost write";
  anomaly.harm = Harm::integrity;
  anomaly.has_key = true;
  anomaly.key = sample.history.intern(Value::integer(7));
  anomaly.operations = recorder.ids({before, lost, maybe, after});
  anomaly.explanation =
      "Process 61 wrote 412 and was told that it had succeeded. A later read by process 63 "
      "returned 411, the value "
      "before it: the acknowledged write is gone.";
  anomaly.steps = {"write 411 was over before write 412 began.",
                   "write 412 was acknowledged before the read of process 63 began.",
                   "The read may see 412 or, if it took effect, 413; it returned 411."};
  KeyProof proof;
  proof.has_key = true;
  proof.key = anomaly.key;
  proof.validity = Validity::invalid;
  proof.order = recorder.ids({before, lost});
  proof.stuck_at = sample.history.partner(recorder.id(after));
  proof.blocked = recorder.ids({maybe, after});
  proof.blocked_why = {"leaves 413 in the register; the read of 411 is then further away",
                       "can't read 411 from a register that holds 412"};
  check.anomalies = {anomaly};
  check.proofs = {proof};
  results.checks = {check};
  return sample;
}

Sample several_anomalies() {
  Sample sample = lost_write_under_partition();
  std::vector<Anomaly>& anomalies = sample.results.checks[0].anomalies;
  anomalies.push_back(anomalies[0]);
  anomalies.push_back(anomalies[0]);
  anomalies.back().kind = "stale read";
  return sample;
}

Sample undecided_file() {
  Recorder recorder;
  recorder.timed = false;
  for (std::int32_t i = 0; i < 40; ++i) {
    recorder.op(i, "cas", Value::pair(Value::integer(i % 3), Value::integer(i % 5)), i, i + 60,
                i % 4 == 0 ? EventType::info : EventType::ok);
  }
  Sample sample{recorder.history(), {}};
  sample.results.valid = Validity::unknown;
  sample.results.expected = {"linearizable"};
  sample.results.models = {{"linearizable", Validity::unknown}};
  sample.results.run.source = "file";
  sample.results.run.name = "etcd_007.log";
  Check check = check_of(Validity::unknown, 40);
  check.model = "cas-register";
  check.reason = "the budget of 60 s was used up";
  KeyProof proof;
  proof.validity = Validity::unknown;
  proof.order = {0, 1, 2, 3, 4, 5};
  check.proofs = {proof};
  sample.results.checks = {check};
  return sample;
}

Sample hostile() {
  const std::string evil =
      "</script><script>document.documentElement.dataset.owned='1'</script>"
      "<img src=x "
      "onerror=\"document.documentElement.dataset.owned='2'\">'\"&<!--\xff\xfe\x1b[31m\xe2\x80\xae";
  const Value text = Value::string(evil);
  Recorder recorder;
  recorder.key(text);
  const auto first = recorder.op(1, evil, text, 1, 2);
  const auto second =
      recorder.op(2, "read", Value(), 3, 4, EventType::ok, Value::vector({text, text}));
  recorder.op(3, "write", text, 5, 6, EventType::fail, {}, text);
  recorder.nemesis("start-" + evil, evil, 1.5);
  recorder.nemesis(evil, evil, 2.5);
  Sample sample{recorder.history(), run_results(Validity::invalid)};
  Results& results = sample.results;
  results.expected = {evil};
  results.models = {{evil, Validity::invalid}};
  results.strongest = results.weakest_violated = evil;
  RunInfo& run = results.run;
  run.version = run.name = run.scenario = run.replay = run.mode = run.workload = run.nemesis =
      run.cluster = run.latency = evil;
  results.protocol = {{milliseconds(1), evil, evil, evil}};
  results.marks = {{milliseconds(1), evil, evil}};
  Check check = check_of(Validity::invalid, 3);
  check.name = check.model = check.algorithm = check.reason = evil;
  Anomaly anomaly;
  anomaly.kind = anomaly.explanation = evil;
  anomaly.steps = {evil, evil};
  anomaly.has_key = true;
  anomaly.key = sample.history.intern(text);
  anomaly.operations = recorder.ids({first, second});
  KeyProof proof;
  proof.has_key = true;
  proof.key = anomaly.key;
  proof.validity = Validity::invalid;
  proof.order = recorder.ids({first});
  proof.stuck_at = sample.history.partner(recorder.id(second));
  proof.blocked = recorder.ids({second});
  proof.blocked_why = {evil};
  check.anomalies = {anomaly};
  check.proofs = {proof};
  Check open = check_of(Validity::unknown, 3);
  open.name = open.reason = evil;
  results.checks = {check, open};
  return sample;
}

Sample many(std::uint32_t operations) {
  Recorder recorder;
  const double length = 60'000;
  constexpr std::uint32_t clients = 30;
  // A client's operation and pause take about 41.5 scaled milliseconds on average.
  const double scale = length * clients / (41.5 * operations);
  background(recorder, length, clients, 50, 20'000, 30'000, scale);
  recorder.nemesis("start-partition", "{n1} | {n2 n3 n4 n5}", 20'000);
  recorder.nemesis("stop-partition", "{n1} | {n2 n3 n4 n5}", 30'000);
  recorder.key(Value::integer(3)).node(0);
  const auto write = recorder.write(9'000, 777, 25'000, 25'001);
  const auto stale = recorder.read(9'001, Value::integer(0), 25'002, 25'003);
  Sample sample{recorder.history(), run_results(Validity::invalid)};
  sample.results.run.concurrency = clients;
  sample.results.weakest_violated = "linearizable";
  Check check = check_of(Validity::invalid, sample.history.size() / 2);
  Anomaly anomaly;
  anomaly.kind = "stale read";
  anomaly.harm = Harm::timeliness;
  anomaly.operations = recorder.ids({write, stale});
  anomaly.minimal = true;
  anomaly.explanation = "Process 9001 read 0 after the write of 777 was over.";
  anomaly.steps = {"write 777 was over before the read began.",
                   "The read must return 777; it returned 0."};
  check.anomalies = {anomaly};
  sample.results.checks = {check};
  return sample;
}

}  // namespace tribunal::reports::testing
