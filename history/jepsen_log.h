// How an operation is recognised in a line of a Jepsen log.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tribunal::history {

// Where the operation begins: a process (a number or :nemesis) followed by :invoke, :ok, :fail or
// :info.
std::optional<std::size_t> find_log_operation(std::string_view line);

}  // namespace tribunal::history
