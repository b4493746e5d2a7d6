// Runs the built program as a user would and captures what it prints.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/wait.h>

namespace tribunal::testing {

struct Printed {
  int code = -1;
  std::string out;
  std::string err;
};

// A fresh directory that is removed with the object.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tribunal-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Scratch() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline void spit(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// `arguments` is shell text; standard input is empty unless it redirects.
inline Printed tribunal(const std::string& arguments, const std::string& directory = "/tmp") {
  const Scratch scratch;
  const std::string command = "cd '" + directory + "' && '" TRIBUNAL_BINARY "' " + arguments +
                              " >'" + (scratch / "out") + "' 2>'" + (scratch / "err") + "'";
  const int status = std::system(command.c_str());
  Printed printed;
  printed.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  printed.out = slurp(scratch / "out");
  printed.err = slurp(scratch / "err");
  return printed;
}

}  // namespace tribunal::testing
