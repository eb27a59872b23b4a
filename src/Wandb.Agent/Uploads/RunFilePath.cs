namespace Wandb.Agent.Uploads;

/// <summary>Checks paths of FilesRecords: a run file may come from anywhere, and must not make us read outside the run's folder.</summary>
internal static class RunFilePath
{
    /// <param name="backslashSeparates">The trainer ran on Windows. Elsewhere a backslash is part of a name.</param>
    /// <param name="normalised">With slashes, without "." and ".."; empty if there is a problem.</param>
    /// <returns>What is wrong; null if nothing.</returns>
    internal static string? Check(string path, bool backslashSeparates, out string normalised)
    {
        normalised = "";
        var slashed = backslashSeparates ? path.Replace('\\', '/') : path;
        if (slashed.Length == 0)
            return "the path is empty";
        if (slashed.Contains('\0', StringComparison.Ordinal))
            return "the path contains a zero byte";
        if (slashed[0] == '/' || (backslashSeparates && slashed.Length > 1 && slashed[1] == ':'))
            return "the path is absolute";
        var kept = new List<string>();
        foreach (var part in slashed.Split('/'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case ".." when kept.Count == 0:
                    return "the path leads out of the run's folder";
                case "..":
                    kept.RemoveAt(kept.Count - 1);
                    break;
                default:
                    kept.Add(part);
                    break;
            }
        }

        normalised = string.Join('/', kept);
        return normalised.Length == 0 ? "the path names no file" : null;
    }
}
