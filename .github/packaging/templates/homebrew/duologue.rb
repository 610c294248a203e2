class Duologue < Formula
  desc "Terminal chat client that shares its conversations with a web app"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license "MIT"

  on_macos do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/duologue-@VERSION@-aarch64-apple-darwin.tgz"
      sha256 "@SHA256:aarch64-apple-darwin@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/duologue-@VERSION@-x86_64-apple-darwin.tgz"
      sha256 "@SHA256:x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/duologue-@VERSION@-aarch64-unknown-linux-musl.tgz"
      sha256 "@SHA256:aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/duologue-@VERSION@-x86_64-unknown-linux-musl.tgz"
      sha256 "@SHA256:x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "duologue"
    man1.install "man/duologue.1"
    bash_completion.install "completions/duologue.bash" => "duologue"
    zsh_completion.install "completions/_duologue"
    fish_completion.install "completions/duologue.fish"
    doc.install "README.md", "CHANGELOG.md", "LICENSE", "THIRD-PARTY-LICENSES.txt"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/duologue --version")
    assert_match "no conversations", shell_output("#{bin}/duologue list --chats #{testpath} 2>&1")
  end
end
