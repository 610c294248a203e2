{
  description = "A terminal chat client that shares its conversations with a web app";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      manifest = (nixpkgs.lib.importTOML ../../Cargo.toml);
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      forEachSystem = build:
        nixpkgs.lib.genAttrs systems (system: build nixpkgs.legacyPackages.${system});
    in
    {
      packages = forEachSystem (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = manifest.package.name;
          version = manifest.package.version;
          src = ../..;
          cargoLock.lockFile = ../../Cargo.lock;
          buildType = "dist";
          # The tests want a terminal, a home folder and a network of their own: CI runs them.
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          postInstall = nixpkgs.lib.optionalString
            (pkgs.stdenv.buildPlatform.canExecute pkgs.stdenv.hostPlatform) ''
            $out/bin/duologue man > duologue.1
            installManPage duologue.1
            installShellCompletion --cmd duologue \
              --bash <($out/bin/duologue completions bash) \
              --zsh <($out/bin/duologue completions zsh) \
              --fish <($out/bin/duologue completions fish)
          '';
          meta = {
            description = manifest.package.description;
            homepage = manifest.workspace.package.repository;
            license = nixpkgs.lib.licenses.mit;
            mainProgram = "duologue";
          };
        };
      });
    };
}
