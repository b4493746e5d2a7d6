// Strong identifiers and the one unit of time. No bare integer crosses an interface.
#pragma once

#include <chrono>
#include <cstdint>

namespace tribunal {

enum class NodeId : std::uint16_t {};    // a replica, dense from 0; shown as n1, n2, ...
enum class ClientId : std::uint32_t {};  // one single-threaded client session of the store

constexpr std::uint16_t index(NodeId node) { return static_cast<std::uint16_t>(node); }
constexpr std::uint32_t index(ClientId client) { return static_cast<std::uint32_t>(client); }

// Only std::chrono durations are used in deterministic code, never its clocks. A Time is the
// duration since the start of the run.
using Duration = std::chrono::nanoseconds;
using Time = Duration;

constexpr Duration nanoseconds(std::int64_t n) { return Duration{n}; }
constexpr Duration microseconds(std::int64_t n) { return Duration{n * 1'000}; }
constexpr Duration milliseconds(std::int64_t n) { return Duration{n * 1'000'000}; }
constexpr Duration seconds(std::int64_t n) { return Duration{n * 1'000'000'000}; }

}  // namespace tribunal
