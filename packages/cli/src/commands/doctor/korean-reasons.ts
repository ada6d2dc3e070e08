/** The reasons that the storage gives, in Korean. What is not here is shown as it is. */
export const koreanReasons: ReadonlyMap<string, string> = new Map([
  ['the records cannot be read', '레코드를 읽을 수 없음'],
  ['a frame cannot be read', '프레임을 읽을 수 없음'],
  ['the content of a frame does not check', '프레임의 내용이 체크섬과 다름'],
  ['a write was torn', '쓰기가 중간에 끊김'],
  ['a write was torn, and frames behind the tear were dropped', '쓰기가 중간에 끊겨 그 뒤의 프레임을 버림'],
  ['a bit had flipped', '비트 하나가 뒤집혀 있었음'],
  ['a write had gone astray', '쓰기가 다른 자리에 놓여 있었음'],
  ['the file is missing', '파일이 없음'],
  ['the file cannot be opened', '파일을 열 수 없음'],
  ['the file is shorter than its checkpoint', '파일이 체크포인트보다 짧음'],
  ['the checkpoint does not check', '체크포인트가 체크섬과 다름'],
  ['the snapshot does not check', '스냅숏이 체크섬과 다름'],
  ['missing or short', '없거나 짧음'],
  ['missing, short, or its checksum does not match', '없거나 짧거나 체크섬과 다름'],
  ['missing, short, or its header does not check', '없거나 짧거나 머리말이 체크섬과 다름'],
  ['an entry does not match the records', '항목이 레코드와 다름'],
  ['a block does not match its checksum', '블록이 체크섬과 다름'],
  ['one of its two lines does not check', '두 줄 가운데 하나가 체크섬과 다름'],
  ['none of its lines checks', '체크섬이 맞는 줄이 없음']
])
