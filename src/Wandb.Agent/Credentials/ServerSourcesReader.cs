using Wandb.Agent.Commands;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Credentials;

/// <summary>Gathers <see cref="ServerSources"/> from the environment and the disk.</summary>
internal static class ServerSourcesReader
{
    // Larger than any of these files; more text is a mistake such as a data set or /dev/zero.
    private const int MaxChars = 1 << 16;

    public static ServerSources Read(string? baseUrl, string? apiKeyFile, CommandContext context)
    {
        var home = context.Variable("HOME");
        var config = context.Variable("WANDB_CONFIG_DIR") ?? (home is null ? null : Path.Combine(home, ".config", "wandb"));
        return new ServerSources
        {
            BaseUrlOption = baseUrl,
            BaseUrlVariable = context.Variable("WANDB_BASE_URL"),
            Settings = config is null ? null : ReadIfThere(Path.Combine(config, "settings")),
            KeyFile = apiKeyFile is null ? null : ReadFile(Path.Combine(context.WorkingDirectory, apiKeyFile)),
            KeyVariable = context.Variable("WANDB_API_KEY"),
            Netrc = [.. NetrcPaths(context.Variable("NETRC"), home).Select(ReadIfThere).OfType<SourceFile>()],
        };
    }

    private static IEnumerable<string> NetrcPaths(string? netrc, string? home)
    {
        if (netrc is not null)
            return [netrc.StartsWith("~/", StringComparison.Ordinal) && home is not null ? Path.Combine(home, netrc[2..]) : netrc];
        return home is null ? [] : [Path.Combine(home, ".netrc"), Path.Combine(home, "_netrc")];
    }

    private static SourceFile? ReadIfThere(string path) => File.Exists(path) ? ReadFile(path) : null;

    private static SourceFile ReadFile(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[MaxChars];
            var length = reader.ReadBlock(buffer);
            return length < MaxChars ? new SourceFile(path, new string(buffer, 0, length)) : new SourceFile(path, "", "the file is too long");
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return new SourceFile(path, "", ReadFailure.Describe(exception));
        }
    }
}
