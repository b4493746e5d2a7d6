// How fast histories are recorded, written and read, in operations a second and bytes an operation.
#include <string>

#include <benchmark/benchmark.h>

#include "base/hash.h"
#include "history/files.h"
#include "history/history.h"

namespace tribunal::history {
namespace {

// Reads, writes and (every fourth) compare-and-sets of ten processes on one register.
History register_history(std::int64_t operations) {
  History history;
  const Symbol read = history.symbol("read");
  const Symbol write = history.symbol("write");
  const Symbol cas = history.symbol("cas");
  std::int64_t now = 0;
  for (std::int64_t i = 0; i < operations; i += 10) {
    for (const EventType type : {EventType::invoke, EventType::ok}) {
      for (std::int64_t p = 0; p < 10; ++p) {
        const std::uint64_t h = mix64(static_cast<std::uint64_t>(i + p));
        Event event;
        now += static_cast<std::int64_t>(mix64(h) % 100'000);
        event.time = Time{now};
        event.process = static_cast<Process>(p);
        event.type = type;
        event.f = h % 4 == 0 ? cas : h % 2 == 0 ? read : write;
        const Value value = Value::integer(static_cast<std::int64_t>(h >> 8 & 0xfffff));
        if (event.f == cas) {
          event.value = history.intern(Value::pair(Value::integer(p), value));
        } else if (event.f == write || type == EventType::ok) {
          event.value = history.intern(value);
        }
        if (!history.append(event).ok()) std::abort();
      }
    }
  }
  return history;
}

void count(benchmark::State& state, std::int64_t operations, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations() * operations);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
  state.counters["bytes/op"] = static_cast<double>(bytes) / static_cast<double>(operations);
}

std::string written(const History& history, Format format) {
  std::string out;
  if (format == Format::edn) write_edn(history, out);
  if (format == Format::jsonl) write_jsonl(history, out);
  if (format == Format::binary) out = write_binary(history);
  return out;
}

void record(benchmark::State& state) {
  std::size_t bytes = 0;
  for (auto _ : state) bytes = register_history(state.range(0)).memory_bytes();
  count(state, state.range(0), bytes);
}

void write(benchmark::State& state, Format format) {
  const History history = register_history(state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) bytes = written(history, format).size();
  count(state, state.range(0), bytes);
}

void read(benchmark::State& state, Format format) {
  const std::string file = written(register_history(state.range(0)), format);
  for (auto _ : state) {
    const auto history = read_text(file, "bench");
    if (!history.ok()) state.SkipWithError(history.error().show().c_str());
  }
  count(state, state.range(0), file.size());
}

void content_hash(benchmark::State& state) {
  const History history = register_history(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(history.content_hash());
  count(state, state.range(0), history.memory_bytes());
}

constexpr std::int64_t million = 1'000'000;

BENCHMARK(record)->Arg(million)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, edn, Format::edn)->Arg(million)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, jsonl, Format::jsonl)->Arg(million)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read, binary, Format::binary)->Arg(million)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, edn, Format::edn)->Arg(million)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, jsonl, Format::jsonl)->Arg(million)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, binary, Format::binary)->Arg(million)->Unit(benchmark::kMillisecond);
BENCHMARK(content_hash)->Arg(million)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tribunal::history
