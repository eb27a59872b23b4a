using Wandb.Agent.Http;

namespace Wandb.Agent.Reporting;

/// <summary>Where the sync of one run file stands.</summary>
/// <param name="File">The run file; the key of the run in a display.</param>
/// <param name="Run">Null until the run record was read.</param>
/// <param name="Phase">A few words: <c>rows</c>, <c>artifact NAME</c>, <c>files</c>.</param>
/// <param name="FileBytes">Length of the run file.</param>
/// <param name="ReadBytes">How far it was read and sent.</param>
/// <param name="Rows">History rows that the server has acknowledged.</param>
internal readonly record struct RunProgress(string File, RunPath? Run, string Phase, long FileBytes, long ReadBytes, long Rows);
