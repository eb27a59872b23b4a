namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>
/// Paths of a container as paths of the host. Without a mount namespace a process sees the host's files, so each mount path is replaced,
/// in variables and in the command line, by the folder of its volume. Paths that a program has built in are not reached by this.
/// </summary>
internal sealed class PathMap
{
    private readonly List<(string MountPath, string Folder)> mounts;

    public PathMap(IEnumerable<(string MountPath, string Folder)> mounts) =>
        this.mounts = [.. mounts.Select(mount => (mount.MountPath.TrimEnd('/'), mount.Folder)).Where(mount => mount.Item1.Length > 0).OrderByDescending(mount => mount.Item1.Length)];

    /// <summary>Replaces each mount path in <paramref name="text"/> that stands as a path or as the beginning of one; the longest wins.</summary>
    public string Map(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '/' || (at > 0 && IsPartOfPath(text[at - 1])))
            {
                continue;
            }

            foreach (var (mountPath, folder) in mounts)
            {
                var end = at + mountPath.Length;
                if (string.CompareOrdinal(text, at, mountPath, 0, mountPath.Length) == 0 && (end == text.Length || text[end] == '/' || !IsPartOfPath(text[end])))
                {
                    text = text[..at] + folder + text[end..];
                    at += folder.Length - 1;
                    break;
                }
            }
        }

        return text;
    }

    private static bool IsPartOfPath(char c) => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_';
}
