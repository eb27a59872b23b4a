using System.Text.Json;
using Wandb.Agent.RunFiles;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>
/// Keeps the operator's last answer for an agent that is started again in the same pod: what it adds to runs must not come and go.
/// </summary>
/// <param name="folders">Where it may be, the preferred one first.</param>
/// <param name="podUid">Of this pod: an answer to another one says nothing here.</param>
internal sealed class AnswerFile(IReadOnlyList<string> folders, string podUid)
{
    private string Name => $"answer-{(podUid.Length > 0 ? podUid : "local")}.json";

    /// <returns>Null without one that can be read and understood: the operator is asked anyway.</returns>
    public ReportAnswer? Read()
    {
        foreach (var folder in folders)
        {
            try
            {
                return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, Name)), ContractJson.Default.ReportAnswer);
            }
            catch (Exception exception) when (ReadFailure.Is(exception) || exception is JsonException)
            {
                // The next place, or none.
            }
        }
        return null;
    }

    /// <returns>Whether it is kept; nothing is lost when it is not, because the next answer says the same.</returns>
    public bool Write(ReportAnswer answer)
    {
        foreach (var folder in folders)
        {
            try
            {
                Directory.CreateDirectory(folder);
                var path = Path.Combine(folder, Name);
                File.WriteAllBytes(path + ".tmp", JsonSerializer.SerializeToUtf8Bytes(answer, ContractJson.Default.ReportAnswer));
                File.Move(path + ".tmp", path, overwrite: true);
                return true;
            }
            catch (Exception exception) when (ReadFailure.Is(exception))
            {
                // The next place.
            }
        }
        return false;
    }
}
