// Specifications for tests of stores that run them, and commands about them.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "spec/arguments.h"
#include "spec/encoding.h"
#include "spec/program.h"
#include "sut/transactions.h"

namespace tribunal::sut::testing {

// Every kind of variable, something minted of each kind, and an invariant that a replica guards.
inline constexpr const char* zoo = R"(
  sort User[2]; sort Node[1]; sort E[2];
  awset user[User]; lww owner[User]: Node; gset hosts[Node];
  counter stock = 3; tpset t[E]; awset a[E]; rwset r[E]; max high; min low;
  op register(fresh u: User, self n: Node) { add user[u]; owner[u] := n; add hosts[n]; }
  op swap(fresh u: User, fresh v: User) { add user[u]; remove user[u]; add user[v]; }
  op take(n: int) requires n > 0 { stock -= n; }
  op give(n: int) { stock += n; }
  op touch(e: E, n: int) { add t[e]; add a[e]; remove r[e]; high := n; low := n; }
  op drop(e: E) { remove t[e]; remove a[e]; add r[e]; }
  invariant not_oversold: stock >= 0;
)";

inline spec::Program program_of(const std::string& text, std::uint32_t nodes,
                                std::uint32_t elements = 12) {
  auto program = spec::make_program(text, {nodes, elements, 3});
  if (!program) ADD_FAILURE() << spec::show(program.error(), text, "test.icf");
  return program ? *std::move(program) : spec::Program{};
}

inline Command transact(const spec::Program& program, std::uint64_t key, const char* name,
                        const std::vector<std::int64_t>& chosen = {}) {
  return {CommandKind::transact, key, program.transaction(name).value_or(99),
          spec::pack_arguments(chosen).value_or(0)};
}
inline Command inspect_all(std::uint64_t key) { return {CommandKind::inspect, key, 1, 0}; }

inline spec::Receipt receipt(const Reply& reply) {
  EXPECT_EQ(reply.status, Status::ok);
  const auto decoded = spec::decode_receipt(reply.elements);
  EXPECT_TRUE(decoded.has_value());
  return decoded.value_or(spec::Receipt{});
}
inline spec::Inspection inspection(const Reply& reply) {
  EXPECT_EQ(reply.status, Status::ok);
  const auto decoded = spec::decode_inspection(reply.elements);
  EXPECT_TRUE(decoded.has_value());
  return decoded.value_or(spec::Inspection{});
}

}  // namespace tribunal::sut::testing
